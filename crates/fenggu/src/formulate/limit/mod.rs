//! Limits over the whole horizon, users' own constraints, and what breaking a soft limit costs.
mod global_limit;
mod side_constraint;
mod violation_cost;
mod violations;

pub use global_limit::{terms as global_limit_terms, GlobalLimit};
pub use side_constraint::SideConstraint;
pub use violation_cost::ViolationCost;
pub use violations::Violations;
