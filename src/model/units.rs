//! Quantities: integers that carry their unit in the type.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

/// Declares a quantity: an `i64` that only adds to, and compares with, its own kind.
macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0);
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }

        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                items.fold(Self::ZERO, Add::add)
            }
        }
    };
}

quantity!(
    /// A length of time.
    Seconds
);
quantity!(
    /// A distance along the road.
    Meters
);
quantity!(
    /// A mass.
    Grams
);
quantity!(
    /// A volume.
    Milliliters
);
quantity!(
    /// Money, in the minor unit of the region's currency (kopecks, cents).
    MinorUnits
);

impl Seconds {
    /// So many minutes.
    pub const fn minutes(count: i64) -> Self {
        Self(count * 60)
    }

    /// So many hours.
    pub const fn hours(count: i64) -> Self {
        Self(count * 3600)
    }
}
