//! Names of things, short and typed.

use serde::{Deserialize, Serialize};

/// Declares an identifier: a number that only compares with its own kind.
macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);
    };
}

identifier!(
    /// An order, from its hold on. A hold and the order it becomes share the number.
    OrderId(u64)
);
identifier!(
    /// A store: its position in [`crate::model::region::Region::stores`].
    StoreId(u16)
);
identifier!(
    /// A courier: the position in [`crate::model::region::Region::couriers`].
    CourierId(u16)
);
identifier!(
    /// A zone: its position in [`crate::model::region::Region::zones`].
    ZoneId(u16)
);
identifier!(
    /// One courier's shift on one day, and so the route that is planned for it.
    RouteId(u32)
);
identifier!(
    /// An offer made to one customer. Random, so that nobody guesses another's.
    OfferId(u128)
);

impl StoreId {
    /// The position in [`crate::model::region::Region::stores`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl CourierId {
    /// The position in [`crate::model::region::Region::couriers`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}
