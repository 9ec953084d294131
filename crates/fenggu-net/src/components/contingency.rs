//! Contingencies: outages that the network must survive.
use crate::components::{Branch, Generator};
use crate::id::Id;
use crate::schema::component;

component! {
    /// The outage of one branch or generator. After it every branch that remains keeps its emergency rating with the
    /// injections as they were. Exactly one of the two is set.
    Contingency in Contingencies {
        /// Branch that is lost.
        branch: Option<Id<Branch>> = None, "", Free;
        /// Generator that is lost.
        generator: Option<Id<Generator>> = None, "", Free;
        /// Whether it is looked at.
        in_service: bool = true, "", Free;
    }
}
