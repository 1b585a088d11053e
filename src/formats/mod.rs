//! Files of other people: benchmark instances, order days.
