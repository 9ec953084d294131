//! Generators, their costs, and branches of a MATPOWER case.

use fenggu_net::{Branch, BranchKind, Carrier, Diagnostic, Generator, TableId};

use super::col;
use super::raw::{is_poison, Table, Version};
use super::read::{whole, Reader};
use crate::catalogue as code;
use crate::report::shown;

/// One row of `gencost` or `dclinecost`.
#[derive(Debug, Default)]
pub(super) struct Cost {
    /// Constant, linear and quadratic coefficient.
    pub polynomial: [f64; 3],
    /// Output and cost at each point of a piecewise-linear cost.
    pub points: Vec<[f64; 2]>,
    /// Cost of a start.
    pub start_up: f64,
    /// Cost of a stop.
    pub shut_down: f64,
}

impl<'a> Reader<'a> {
    pub(super) fn generators(&mut self, gen: &Table) {
        let ng = gen.rows();
        let costs = self.cost_table("gencost", &[ng, 2 * ng]);
        let fuels = self.names("genfuel", ng);
        let names = self.names("gen_name", ng);
        for row in 0..ng {
            let cell = |c: usize| gen.at(row, c).unwrap_or(0.0);
            let name = match names.as_ref().and_then(|n| n.get(row)) {
                Some(name) => name.clone(),
                None => format!("G{}", row + 1),
            };
            let bus = self.bus(gen, row, col::GEN_BUS, (TableId::Generators, &name));
            let carrier = fuels.as_ref().and_then(|f| f.get(row)).map(|f| self.carrier(f));
            let cost = match costs {
                Some(table) => self.cost(table, row, (TableId::Generators, &name)),
                None => Cost::default(),
            };
            let mut rest = Vec::new();
            if self.version == Version::Two {
                for c in col::PC1..col::GEN_REST_END.min(gen.width) {
                    if cell(c) != 0.0 {
                        rest.push([c as f64 + 1.0, cell(c)]);
                    }
                }
            }
            let [constant, linear, quadratic] = cost.polynomial;
            self.net.generators.push(Generator {
                bus,
                carrier: carrier.flatten(),
                p_min_mw: Some(cell(col::PMIN).into()),
                p_max_mw: Some(cell(col::PMAX).into()),
                p_initial_mw: Some(cell(col::PG)),
                q_mvar: cell(col::QG),
                q_min_mvar: cell(col::QMIN),
                q_max_mvar: cell(col::QMAX),
                vm_setpoint_pu: cell(col::VG),
                base_mva: cell(col::MBASE),
                in_service: cell(col::GEN_STATUS) > 0.0,
                cost_constant_per_h: constant,
                cost_linear_per_mwh: linear.into(),
                cost_quadratic_per_mw2h: quadratic.into(),
                cost_points: cost.points,
                reactive_cost: match costs {
                    Some(table) if ng > 0 && table.rows() == 2 * ng => reactive(table, ng + row),
                    _ => Vec::new(),
                },
                start_up_cost: if cost.start_up == 0.0 { Vec::new() } else { vec![[0.0, cost.start_up]] },
                shut_down_cost: cost.shut_down,
                matpower_rest: rest,
                name,
                ..Generator::default()
            });
        }
        let list = self.rows(gen.row_offsets.clone());
        let cells = [
            ("", col::GEN_BUS),
            ("bus", col::GEN_BUS),
            ("p_min_mw", col::PMIN),
            ("p_max_mw", col::PMAX),
            ("p_initial_mw", col::PG),
            ("q_mvar", col::QG),
            ("q_min_mvar", col::QMIN),
            ("q_max_mvar", col::QMAX),
            ("vm_setpoint_pu", col::VG),
            ("base_mva", col::MBASE),
            ("in_service", col::GEN_STATUS),
            ("matpower_rest", col::PC1),
        ];
        self.map(TableId::Generators, list, &cells);
        if let Some(costs) = costs {
            self.map_costs(TableId::Generators, costs, ng);
        }
    }

    /// Says where costs stand. Polynomials of one length have their coefficients in columns;
    /// otherwise a cost is shown from its first number on.
    pub(super) fn map_costs(&mut self, table: TableId, costs: &Table, rows: usize) {
        let starts = costs.row_offsets[..rows.min(costs.rows())].to_vec();
        let list = self.rows(starts);
        let n = costs.at(0, col::NCOST).unwrap_or(0.0);
        let same = (0..rows).all(|r| costs.at(r, col::MODEL) == Some(2.0) && costs.at(r, col::NCOST) == Some(n));
        // A count beyond the row is refused where the cost is read; here it must only not be believed.
        let n = if same && n <= costs.width as f64 { n as usize } else { 0 };
        let coefficient = |power: usize| col::COST + n.saturating_sub(1 + power);
        let mut cells = vec![("cost_linear_per_mwh", coefficient(1)), ("cost_quadratic_per_mw2h", coefficient(2))];
        if table == TableId::Generators {
            cells.extend([
                ("cost_constant_per_h", coefficient(0)),
                ("cost_points", col::COST),
                ("start_up_cost", col::STARTUP),
                ("shut_down_cost", col::SHUTDOWN),
            ]);
        }
        self.map(table, list, &cells);
    }

    fn carrier(&mut self, fuel: &str) -> Option<fenggu_net::Id<Carrier>> {
        if fuel.trim().is_empty() {
            return None;
        }
        Some(self.net.carriers.find(fuel).unwrap_or_else(|| {
            // MATPOWER's own words for what the weather gives (genfuels.m).
            let renewable = matches!(fuel, "wind" | "solar");
            self.net.carriers.push(Carrier { name: fuel.to_owned(), renewable, ..Carrier::default() })
        }))
    }

    /// A cost table with one of the numbers of rows that fit; reports another number.
    pub(super) fn cost_table(&mut self, name: &str, rows: &[usize]) -> Option<&'a Table> {
        let table = self.case.table(name)?;
        if !rows.contains(&table.rows()) {
            if !self.damage.truncated() {
                let expected: Vec<String> = rows.iter().map(usize::to_string).collect();
                let item = format!("mpc.{name}");
                self.row_count(&item, table.rows(), &expected.join(" / "), table.span);
            }
            return None;
        }
        self.wide_enough(table, col::COST, "NCOST").then_some(table)
    }

    /// One row of a cost table. Polynomials up to degree 2 and piecewise-linear costs are read;
    /// others are refused, never approximated.
    pub(super) fn cost(&mut self, table: &Table, row: usize, of: (TableId, &str)) -> Cost {
        let cell = |c: usize| table.at(row, c).unwrap_or(0.0);
        let mut cost = Cost { start_up: cell(col::STARTUP), shut_down: cell(col::SHUTDOWN), ..Cost::default() };
        let (model, count) = (cell(col::MODEL), cell(col::NCOST));
        if is_poison(model) || is_poison(count) {
            return cost;
        }
        let room = table.width.saturating_sub(col::COST);
        let (per, room) = match model {
            1.0 => (2, room / 2),
            2.0 => (1, room),
            _ => {
                let d = Diagnostic::new(&code::COST_MODEL).on(of.0, of.1).with("value", shown(model));
                self.say_at(d, table, row, col::MODEL);
                return cost;
            }
        };
        let n = match whole(count).and_then(|n| usize::try_from(n).ok()) {
            // One point is no line.
            Some(n) if n <= room && !(per == 2 && n < 2) => n,
            _ => {
                let d = Diagnostic::new(&code::COST_COUNT).on(of.0, of.1).with("value", shown(count)).with("found", room);
                self.say_at(d, table, row, col::NCOST);
                return cost;
            }
        };
        if per == 2 {
            let point = |k: usize| [cell(col::COST + 2 * k), cell(col::COST + 2 * k + 1)];
            cost.points = (0..n).map(point).collect();
            return cost;
        }
        for k in 0..n {
            let (power, value) = (n - 1 - k, cell(col::COST + k));
            if power < 3 {
                cost.polynomial[power] = value;
            } else if value != 0.0 && !is_poison(value) {
                let d = Diagnostic::new(&code::COST_DEGREE).on(of.0, of.1).with("value", power);
                self.say_at(d, table, row, col::COST + k);
                return cost;
            }
        }
        cost
    }

    pub(super) fn branches(&mut self, branch: &Table) {
        let names = self.names("branch_name", branch.rows());
        // Version 1 has no angle limits; what stands in their columns are results.
        let limits = self.version == Version::Two && branch.width > col::ANGMAX;
        for row in 0..branch.rows() {
            let cell = |c: usize| branch.at(row, c).unwrap_or(0.0);
            let name = match names.as_ref().and_then(|n| n.get(row)) {
                Some(name) => name.clone(),
                None => format!("L{}", row + 1),
            };
            let bus_from = self.bus(branch, row, col::F_BUS, (TableId::Branches, &name));
            let bus_to = self.bus(branch, row, col::T_BUS, (TableId::Branches, &name));
            let (tap, shift) = (cell(col::TAP), cell(col::SHIFT));
            let transformer = tap != 0.0 || shift != 0.0;
            let (angle_min_deg, angle_max_deg) = match (cell(col::ANGMIN), cell(col::ANGMAX)) {
                _ if !limits => (f64::NEG_INFINITY, f64::INFINITY),
                (0.0, 0.0) => (f64::NEG_INFINITY, f64::INFINITY),
                (low, high) => (if low <= -360.0 { f64::NEG_INFINITY } else { low }, if high >= 360.0 { f64::INFINITY } else { high }),
            };
            self.net.branches.push(Branch {
                name,
                kind: if transformer { BranchKind::Transformer } else { BranchKind::Line },
                bus_from,
                bus_to,
                r_pu: cell(col::BR_R),
                x_pu: cell(col::BR_X),
                b_pu: cell(col::BR_B),
                tap_ratio: if tap == 0.0 { 1.0 } else { tap },
                phase_shift_deg: shift,
                rating_a_mva: rating(cell(col::RATE_A)),
                rating_b_mva: rating(cell(col::RATE_B)),
                rating_c_mva: rating(cell(col::RATE_C)),
                angle_min_deg,
                angle_max_deg,
                in_service: cell(col::BR_STATUS) > 0.0,
                ..Branch::default()
            });
        }
        let list = self.rows(branch.row_offsets.clone());
        let cells = [
            ("", col::F_BUS),
            ("bus_from", col::F_BUS),
            ("bus_to", col::T_BUS),
            ("r_pu", col::BR_R),
            ("x_pu", col::BR_X),
            ("b_pu", col::BR_B),
            ("tap_ratio", col::TAP),
            ("phase_shift_deg", col::SHIFT),
            ("rating_a_mva", col::RATE_A),
            ("rating_b_mva", col::RATE_B),
            ("rating_c_mva", col::RATE_C),
            ("in_service", col::BR_STATUS),
            ("angle_min_deg", col::ANGMIN),
            ("angle_max_deg", col::ANGMAX),
        ];
        self.map(TableId::Branches, list, &cells);
    }
}

/// Rating 0 is none.
fn rating(mva: f64) -> f64 {
    if mva == 0.0 {
        f64::INFINITY
    } else {
        mva
    }
}

/// Reactive cost, carried as it stands: model and count, start-up and shut-down, then the data.
fn reactive(table: &Table, row: usize) -> Vec<[f64; 2]> {
    let r = table.row(row);
    let cell = |c: usize| r.get(c).copied().unwrap_or(0.0);
    let mut out = vec![[cell(col::MODEL), cell(col::NCOST)], [cell(col::STARTUP), cell(col::SHUTDOWN)]];
    out.extend(r[col::COST.min(r.len())..].chunks(2).map(|c| [c[0], c.get(1).copied().unwrap_or(0.0)]));
    out
}
