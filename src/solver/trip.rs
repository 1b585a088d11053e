//! One departure from a depot and the clients it visits.

/// What a vehicle carries between two loadings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    /// Where it is loaded.
    pub depot: u16,
    /// Whom it visits, in order.
    pub clients: Vec<u32>,
}

/// Takes out trips without clients, but for the first `locked`.
pub(crate) fn drop_empty(trips: &mut Vec<Trip>, locked: usize) {
    let mut index = 0;
    trips.retain(|trip| {
        index += 1;
        index <= locked || !trip.clients.is_empty()
    });
}
