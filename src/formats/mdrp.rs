//! Recorded order days of the Meal Delivery Routing Problem library.
//!
//! A day is a folder of four tab-separated files, each with a line of column names. Times are whole
//! minutes since the start of the day, places are meters on a plane.
//!
//! # Source
//! Reyes, Erera, Savelsbergh, Sahasrabudhe, O'Neil (2018), "The meal delivery routing problem",
//! Optimization Online 6571; <https://github.com/grubhub/mdrplib>.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::model::units::Seconds;

/// No recorded day has more rows in a file; the largest has 3213.
const ROWS_MAX: usize = 100_000;
/// Two days: later than any time of a record.
const MINUTES_MAX: i64 = 2 * 1440;

/// A recorded day.
#[derive(Debug, Clone, PartialEq)]
pub struct MdrpDay {
    /// The folder's name.
    pub name: String,
    /// Where meals are cooked.
    pub restaurants: Vec<MdrpRestaurant>,
    /// What was ordered.
    pub orders: Vec<MdrpOrder>,
    /// Who delivered.
    pub couriers: Vec<MdrpCourier>,
    /// The rules.
    pub parameters: MdrpParameters,
}

/// Where meals are cooked.
#[derive(Debug, Clone, PartialEq)]
pub struct MdrpRestaurant {
    /// Its name.
    pub id: String,
    /// To the east, in meters.
    pub x: f64,
    /// To the north, in meters.
    pub y: f64,
}

/// What was ordered.
#[derive(Debug, Clone, PartialEq)]
pub struct MdrpOrder {
    /// Its name.
    pub id: String,
    /// The door, to the east, in meters.
    pub x: f64,
    /// The door, to the north, in meters.
    pub y: f64,
    /// When it was placed, since the start of the day.
    pub placement: Seconds,
    /// Who cooks.
    pub restaurant: String,
    /// When the meal is ready.
    pub ready: Seconds,
}

/// Who delivered.
#[derive(Debug, Clone, PartialEq)]
pub struct MdrpCourier {
    /// The name.
    pub id: String,
    /// Where the shift starts, to the east, in meters.
    pub x: f64,
    /// Where the shift starts, to the north, in meters.
    pub y: f64,
    /// When the shift starts, since the start of the day.
    pub on: Seconds,
    /// When it ends. Meals are picked up until then.
    pub off: Seconds,
}

/// The rules of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MdrpParameters {
    /// How fast couriers are.
    pub meters_per_minute: f64,
    /// Time at a restaurant.
    pub pickup_service: Seconds,
    /// Time at a door.
    pub dropoff_service: Seconds,
    /// From placement to door, as wished.
    pub target_click_to_door: Seconds,
    /// From placement to door, at most.
    pub maximum_click_to_door: Seconds,
}

/// Why a recorded day cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum MdrpError {
    /// A file is missing or unreadable.
    #[error("{} cannot be read: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is not what it should be.
    #[error("{} line {line}: {wrong}", .path.display())]
    Line {
        /// Of which file.
        path: PathBuf,
        /// Which, counted from 1.
        line: usize,
        /// What is wrong.
        wrong: String,
    },
}

impl MdrpDay {
    /// Reads the day in a folder.
    ///
    /// # Errors
    /// [`MdrpError`] when a file is missing, a number is none, or a time or restaurant cannot be.
    pub fn read(folder: &Path) -> Result<Self, MdrpError> {
        let restaurants = read_table(folder, "restaurants.txt", 3, |row| {
            Ok(MdrpRestaurant { id: row.text(0), x: row.meters(1)?, y: row.meters(2)? })
        })?;
        let known: BTreeSet<&str> = restaurants.iter().map(|one| one.id.as_str()).collect();
        let orders = read_table(folder, "orders.txt", 6, |row| {
            let (placement, ready) = (row.minutes(3)?, row.minutes(5)?);
            let restaurant = row.text(4);
            if ready < placement {
                return Err("an order is ready before it is placed".to_owned());
            }
            if !known.contains(restaurant.as_str()) {
                return Err(format!("there is no restaurant {restaurant:?}"));
            }
            let (x, y) = (row.meters(1)?, row.meters(2)?);
            Ok(MdrpOrder { id: row.text(0), x, y, placement, restaurant, ready })
        })?;
        let couriers = read_table(folder, "couriers.txt", 5, |row| {
            let (on, off) = (row.minutes(3)?, row.minutes(4)?);
            if off < on {
                return Err("a shift ends before it starts".to_owned());
            }
            Ok(MdrpCourier { id: row.text(0), x: row.meters(1)?, y: row.meters(2)?, on, off })
        })?;
        let name = "instance_parameters.txt";
        let parameters = read_table(folder, name, 5, parameters)?;
        let missing = || MdrpError::Line {
            path: folder.join(name),
            line: 2,
            wrong: "the parameters are missing".to_owned(),
        };
        let parameters = parameters.into_iter().next().ok_or_else(missing)?;
        let name = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let name = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, restaurants, orders, couriers, parameters })
    }
}

/// The cells of one line.
struct Row<'a>(Vec<&'a str>);

impl Row<'_> {
    fn text(&self, column: usize) -> String {
        self.0[column].to_owned()
    }

    fn number<T: FromStr>(&self, column: usize, what: &str) -> Result<T, String> {
        let text = self.0[column];
        text.parse().map_err(|_| format!("column {}: {text:?} is not {what}", column + 1))
    }

    fn meters(&self, column: usize) -> Result<f64, String> {
        let meters: f64 = self.number(column, "a number of meters")?;
        if meters.abs() <= 1e6 { Ok(meters) } else { Err(format!("{meters} meters is too far")) }
    }

    fn minutes(&self, column: usize) -> Result<Seconds, String> {
        let minutes: i64 = self.number(column, "a whole number of minutes")?;
        if (0..=MINUTES_MAX).contains(&minutes) {
            Ok(Seconds::minutes(minutes))
        } else {
            Err(format!("{minutes} minutes, allowed is 0 to {MINUTES_MAX}"))
        }
    }
}

fn parameters(row: &Row<'_>) -> Result<MdrpParameters, String> {
    let meters_per_minute = row.meters(0)?;
    if meters_per_minute < 1.0 {
        return Err(format!("{meters_per_minute} meters per minute is no speed"));
    }
    Ok(MdrpParameters {
        meters_per_minute,
        pickup_service: row.minutes(1)?,
        dropoff_service: row.minutes(2)?,
        target_click_to_door: row.minutes(3)?,
        maximum_click_to_door: row.minutes(4)?,
    })
}

fn read_table<T>(
    folder: &Path,
    name: &str,
    columns: usize,
    parse: impl Fn(&Row<'_>) -> Result<T, String>,
) -> Result<Vec<T>, MdrpError> {
    let path = folder.join(name);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(MdrpError::File { path, source }),
    };
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate().skip(1).take(ROWS_MAX) {
        if line.trim().is_empty() {
            continue;
        }
        let row = Row(line.split('\t').map(str::trim).collect());
        let parsed = if row.0.len() < columns {
            Err(format!("{} columns, expected {columns}", row.0.len()))
        } else {
            parse(&row)
        };
        match parsed {
            Ok(parsed) => rows.push(parsed),
            Err(wrong) => return Err(MdrpError::Line { path, line: index + 1, wrong }),
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::formats::mdrp::MdrpDay;
    use crate::model::units::Seconds;

    fn write_day(folder: &Path, order: &str) {
        let file = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
        file("restaurants.txt", "restaurant\tx\ty\nr1\t7818\t3668\n");
        file("couriers.txt", "courier\tx\ty\ton_time\toff_time\nc1\t9755\t1693\t0\t90\n");
        file(
            "orders.txt",
            &format!("order\tx\ty\tplacement_time\trestaurant\tready_time\n{order}\n"),
        );
        file("instance_parameters.txt", "speed\tup\toff\ttarget\tmax\n320\t4\t4\t40\t90\t10\t15\n");
    }

    #[test]
    fn a_day_is_read_from_its_four_files() {
        let folder = tempfile::tempdir().unwrap();
        write_day(folder.path(), "o1\t8317\t5587\t743\tr1\t753");
        let day = MdrpDay::read(folder.path()).unwrap();
        assert_eq!((day.restaurants.len(), day.couriers.len()), (1, 1));
        assert_eq!(day.orders[0].ready - day.orders[0].placement, Seconds::minutes(10));
        assert_eq!(day.orders[0].restaurant, day.restaurants[0].id);
        assert_eq!(day.parameters.maximum_click_to_door, Seconds::minutes(90));
    }

    #[test]
    fn a_wrong_line_is_named_with_what_is_wrong_in_it() {
        let refused = |order: &str| {
            let folder = tempfile::tempdir().unwrap();
            write_day(folder.path(), order);
            let error = MdrpDay::read(folder.path()).unwrap_err().to_string();
            error.rsplit('/').next().unwrap().to_owned()
        };
        let cases = [
            "o1\t8317\t5587\t743\tr1",
            "o1\teast\t5587\t743\tr1\t753",
            "o1\t8317\t5587\tnoon\tr1\t753",
            "o1\t8317\t5587\t-1\tr1\t753",
            "o1\t8317\t5587\t743\tr9\t753",
            "o1\t8317\t5587\t743\tr1\t742",
        ];
        insta::assert_snapshot!(cases.map(refused).join("\n"), @r#"
        orders.txt line 2: 5 columns, expected 6
        orders.txt line 2: column 2: "east" is not a number of meters
        orders.txt line 2: column 4: "noon" is not a whole number of minutes
        orders.txt line 2: -1 minutes, allowed is 0 to 2880
        orders.txt line 2: there is no restaurant "r9"
        orders.txt line 2: an order is ready before it is placed
        "#);
    }

    #[test]
    fn a_missing_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = MdrpDay::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("restaurants.txt cannot be read"), "{error}");
    }
}
