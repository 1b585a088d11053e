//! One departure from a depot and the clients it visits.

/// What a vehicle carries between two loadings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    /// Where it is loaded.
    pub depot: u16,
    /// Whom it visits, in order.
    pub clients: Vec<u32>,
}
