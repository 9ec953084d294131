//! The docs page on PyPSA, made from the tables that the reader works with.

use std::fmt::Write;

use super::attributes::{Role, LISTS};
use super::refused::REFUSED;

/// The page, in Markdown.
pub fn page() -> String {
    let mut out = String::from(
        "# PyPSA networks\n\n\
         CSV folders (`pypsa-csv`) and netCDF files (`pypsa-netcdf`) of PyPSA 0.2x to 1.4 are read and written; the content decides which it is,\n\
         `--format` overrides. A network read from PyPSA means to `fenggu dispatch` what it means to `n.optimize()` with PyPSA's defaults\n\
         (`include_objective_constant=False`: capacity that stands already costs nothing).\n\n\
         This page is made from the tables in `crates/fenggu-io/src/pypsa`.\n\n\
         ## What is taken as PyPSA takes it\n\n\
         - Flows: x in per unit of `v_nom` follows Kirchhoff's law with taps and shifts; r takes its place where the first bus of a connected part\n  \
           has another carrier than AC. Line and transformer types give impedances by length and parallel circuits.\n\
         - Snapshots are one hour long and count as often as their weightings say (objective, stores, generators). Ramps and `p_init` count per\n  \
           snapshot. Snapshots that are no rising times give results without a calendar; labels are kept.\n\
         - Nothing of the energy at the start is lost in the first snapshot: a unit that is not cyclic gets no standing loss there.\n\
         - `overnight_cost` is annuitised with `discount_rate` and `lifetime` over the years of the objective weightings; `fom_cost` is added.\n\
         - A process is a link with a further end at its first bus, where its rate is another than −1.\n\
         - A limit on primary energy, operation, capacity or transmission that counts nothing has no effect, and a warning says so.\n\
         - `tech_capacity_expansion_limit` counts generators, storage units, stores, links and lines, the last two at their first bus; lines\n  \
           without a carrier have that of their first bus. Transformers count only where a column `carrier` was added to them: refused.\n\
         - A line or transformer with x = 0 (r = 0 where r takes its place) has one angle at both ends and a free flow, as in PyPSA's cycle\n  \
           equations; `v_ang_max` means nothing there. PyPSA 1.4 solves such a model and stops afterwards, computing angles. With a phase\n  \
           shift it is refused by the checks (N0401), and there is no PTDF form (`flow=ptdf` says so; by itself the angle form is taken).\n\
         - Energy at the start above the capacity is allowed where the first snapshot can get rid of the rest (N0507), else refused (N0501).\n\
         - An empty cell means PyPSA's default, as in its importers; F0519 names the column where that is a number. A NaN that code puts into\n  \
           a network in memory is read so too, where PyPSA's `optimize` may take it for no limit.\n\
         - Shunt impedances, shapes and other columns without meaning in the optimisation are kept and written again.\n\n\
         ## Solved networks\n\n\
         `fenggu dispatch FILE --solved OUT` (`.nc`, or a folder), `solution.write(path, format)` and `fenggu.optimize(n)` fill what\n\
         `n.optimize()` fills: prices and angles of buses, p of every component, p0, p1, … of branches, states, spill, chosen capacities, phase\n\
         shifts, `mu` of global constraints, the objective. Not filled: the `mu_*` series, which PyPSA fills with `assign_all_duals=True` only.\n\n\
         ## What is refused\n\n\
         Each by name, with the component, its value and what to do. Components with `active = False` are not asked.\n\n\
         | feature | asked by | why | what to do |\n|---|---|---|---|\n",
    );
    for r in REFUSED {
        let lists = if r.lists.is_empty() { "the network".to_owned() } else { r.lists.join(", ") };
        let asked = if r.attribute.is_empty() { lists } else { format!("`{}` of {lists}", r.attribute) };
        let _ = writeln!(out, "| {} | {asked} | {} | {} |", r.name, r.why[0], r.fix[0]);
    }
    out.push_str(
        "\n## What becomes of each attribute\n\n\
         **field**: a field of the network, written from it. **source**: several attributes make one field; they are written again while they\n\
         still give it. **kept**: no meaning here, written again. **result**: of an earlier run, not read. **refused**: see above. Columns that\n\
         are not listed are kept.\n\n| component | field | source | kept | refused | result |\n|---|---|---|---|---|---|\n",
    );
    for list in LISTS {
        let of = |role: Role| {
            let names: Vec<String> = list.attributes.iter().filter(|a| a.role == role).map(|a| format!("`{}`", a.name)).collect();
            if names.is_empty() {
                "–".to_owned()
            } else {
                names.join(" ")
            }
        };
        let cells = [Role::Field, Role::Source, Role::Kept, Role::Refused, Role::Output].map(of);
        let _ = writeln!(out, "| {} | {} |", list.name, cells.join(" | "));
    }
    out
}
