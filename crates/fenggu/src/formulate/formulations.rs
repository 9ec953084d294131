//! Which rooms make which model. Readable in one screen.

use super::frame::{BoundSink, Bounds, Constraint, Cost, CostSink, Sink};
use super::model::DispatchModel;
use super::{balance, commitment, conversion, flow, generation, investment, limit, load, reserve, storage};

/// How the DC network is written. Both forms have the same optimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FlowForm {
    /// Voltage angles are columns; every branch has its Kirchhoff row.
    #[default]
    Angle,
    /// One balance per island; a flow gets its row of power transfer distribution factors only when its limit is
    /// violated, or an interface or side constraint names it.
    Ptdf,
}

impl FlowForm {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            FlowForm::Angle => "angle",
            FlowForm::Ptdf => "ptdf",
        }
    }
    /// The form of a word.
    pub fn from_word(word: &str) -> Option<FlowForm> {
        match word {
            "angle" => Some(FlowForm::Angle),
            "ptdf" => Some(FlowForm::Ptdf),
            _ => None,
        }
    }
}

/// Choices of equations within one meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DispatchFormulation {
    /// How the DC network is written.
    pub flow: FlowForm,
    /// Whether committable generators are switched; otherwise they are on.
    pub commitment: bool,
}

/// Every constraint room of a dispatch.
pub fn constraints(m: &DispatchModel<'_>, out: &mut impl Sink) {
    match m.plan.formulation.flow {
        FlowForm::Angle => {
            balance::PowerBalance.write(m, out);
            flow::Injection.write(m, out);
            flow::KvlAngle.write(m, out);
            flow::AngleDifference.write(m, out);
        }
        FlowForm::Ptdf => {
            balance::EnergyBalance.write(m, out);
            flow::ShiftInjection.write(m, out);
        }
    }
    generation::Injection.write(m, out);
    load::Withdrawal.write(m, out);
    storage::Injection.write(m, out);
    storage::StoreInjection.write(m, out);
    conversion::LinkInjection.write(m, out);
    generation::CostSteps.write(m, out);
    generation::Ramp.write(m, out);
    generation::EnergySum.write(m, out);
    Constraint::write(&generation::Limits, m, out);
    Constraint::write(&storage::Limits, m, out);
    Constraint::write(&conversion::LinkLimits, m, out);
    Constraint::write(&flow::Limits, m, out);
    flow::SoftLimit.write(m, out);
    conversion::LinkRamp.write(m, out);
    storage::SetPoint.write(m, out);
    Constraint::write(&storage::Modes, m, out);
    storage::SocBalance.write(m, out);
    storage::CycleLimit.write(m, out);
    storage::EndValue.write(m, out);
    storage::StoreBalance.write(m, out);
    reserve::Requirement.write(m, out);
    reserve::GeneratorRoom { up: true }.write(m, out);
    reserve::GeneratorRoom { up: false }.write(m, out);
    commitment::Logic.write(m, out);
    commitment::Limits.write(m, out);
    commitment::Ramp.write(m, out);
    commitment::Tiers.write(m, out);
    commitment::StepLimits.write(m, out);
    reserve::StorageRoom { up: true }.write(m, out);
    reserve::StorageRoom { up: false }.write(m, out);
    reserve::StorageEnergy { up: true }.write(m, out);
    reserve::StorageEnergy { up: false }.write(m, out);
    flow::InterfaceLimit.write(m, out);
    limit::GlobalLimit.write(m, out);
    limit::SideConstraint.write(m, out);
}

/// Rows that a problem gets where a point of it violates them, numbered from `first` on.
pub fn outages(m: &DispatchModel<'_>, first: u32, rows: &[flow::OutageRow], out: &mut impl Sink) {
    flow::OutageLimit { first, rows }.write(m, out);
}

/// Every bounds room of a dispatch.
pub fn bounds(m: &DispatchModel<'_>, out: &mut BoundSink) {
    Bounds::write(&flow::Limits, m, out);
    Bounds::write(&generation::Limits, m, out);
    commitment::StatusBounds.write(m, out);
    load::Limits.write(m, out);
    Bounds::write(&storage::Limits, m, out);
    Bounds::write(&storage::Modes, m, out);
    Bounds::write(&conversion::LinkLimits, m, out);
    reserve::Limits.write(m, out);
    limit::Violations.write(m, out);
    investment::Capacity.write(m, out);
}

/// Every cost room of a dispatch.
pub fn costs(m: &DispatchModel<'_>, out: &mut CostSink) {
    generation::Cost.write(m, out);
    commitment::Cost.write(m, out);
    load::Cost.write(m, out);
    storage::Cost.write(m, out);
    conversion::LinkCost.write(m, out);
    reserve::Cost.write(m, out);
    limit::ViolationCost.write(m, out);
    investment::Cost.write(m, out);
}
