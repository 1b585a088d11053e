//! A CSV file, read by column names, with every error saying where it is.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use crate::model::place::Coordinate;
use crate::model::region::{DailyHours, TimeOfDay};
use crate::settings::{
    KEY_EXPECTED, SettingsError, TIME_EXPECTED, file_name, is_key, parse_time, read_text,
};

/// How many lines a file may have: a region is a city, not a country.
const ROWS_MAX: usize = 20_000;

/// One line of a CSV file.
#[derive(Debug)]
pub(crate) struct Row {
    file: String,
    line: u64,
    values: BTreeMap<&'static str, String>,
}

/// Reads a file with exactly these columns, in any order.
///
/// Lines that begin with `#` are comments; spaces around values do not count.
pub(crate) fn read(path: &Path, columns: &[&'static str]) -> Result<Vec<Row>, SettingsError> {
    let file = file_name(path);
    let text = read_text(path)?;
    let form = |reason: String| SettingsError::Form { file: file.clone(), reason };
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|error| form(error.to_string()))?.clone();
    let order = order_of_columns(&header, columns).map_err(form)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| form(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let values = order.iter().zip(&record).map(|(&column, value)| (column, value.to_owned()));
        rows.push(Row { file: file.clone(), line, values: values.collect() });
        if ROWS_MAX < rows.len() {
            return Err(form(format!("more than {ROWS_MAX} lines")));
        }
    }
    Ok(rows)
}

fn order_of_columns(
    header: &csv::StringRecord,
    columns: &[&'static str],
) -> Result<Vec<&'static str>, String> {
    let expected = format!("expected are {}", columns.join(","));
    let mut order: Vec<&'static str> = Vec::new();
    for name in header {
        let known = columns.iter().find(|&&column| column == name);
        let &known = known.ok_or_else(|| format!("unknown column {name:?}; {expected}"))?;
        if order.contains(&known) {
            return Err(format!("column {name:?} stands there twice; {expected}"));
        }
        order.push(known);
    }
    match columns.iter().find(|column| !order.contains(column)) {
        Some(missing) => Err(format!("column {missing:?} is missing; {expected}")),
        None => Ok(order),
    }
}

impl Row {
    /// The value in a column; empty when there is nothing.
    ///
    /// # Panics
    /// When the column was not asked for on reading.
    pub(crate) fn text(&self, column: &'static str) -> &str {
        &self.values[column]
    }

    /// The error that this value is not allowed.
    pub(crate) fn wrong(&self, column: &'static str, expected: impl Into<String>) -> SettingsError {
        SettingsError::Value {
            file: self.file.clone(),
            place: format!("line {}, {column}", self.line),
            value: format!("{:?}", self.text(column)),
            expected: expected.into(),
        }
    }

    /// A name for the API.
    pub(crate) fn key(&self, column: &'static str) -> Result<String, SettingsError> {
        let text = self.text(column);
        if is_key(text) { Ok(text.to_owned()) } else { Err(self.wrong(column, KEY_EXPECTED)) }
    }

    /// A name for people.
    pub(crate) fn name(&self, column: &'static str) -> Result<String, SettingsError> {
        let text = self.text(column);
        let is_name = (1..=100).contains(&text.chars().count());
        if is_name { Ok(text.to_owned()) } else { Err(self.wrong(column, "1 to 100 characters")) }
    }

    /// A whole number.
    pub(crate) fn whole<N: Copy + FromStr + PartialOrd + std::fmt::Display>(
        &self,
        column: &'static str,
        low: N,
        high: N,
    ) -> Result<N, SettingsError> {
        match self.text(column).parse::<N>() {
            Ok(number) if low <= number && number <= high => Ok(number),
            _ => Err(self.wrong(column, format!("a whole number from {low} to {high}"))),
        }
    }

    /// A place on the globe.
    pub(crate) fn place(
        &self,
        latitude: &'static str,
        longitude: &'static str,
    ) -> Result<Coordinate, SettingsError> {
        let degrees = |column, limit: f64| match self.text(column).parse::<f64>() {
            Ok(degrees) if degrees.abs() <= limit => Ok(degrees),
            _ => Err(self.wrong(column, format!("degrees from -{limit} to {limit}"))),
        };
        let (lat, lon) = (degrees(latitude, 90.0)?, degrees(longitude, 180.0)?);
        Coordinate::from_degrees(lat, lon).map_err(|error| self.wrong(latitude, error.to_string()))
    }

    /// The hours from one column to another.
    pub(crate) fn hours(
        &self,
        from: &'static str,
        until: &'static str,
    ) -> Result<DailyHours, SettingsError> {
        let hours = DailyHours { from: self.time(from)?, until: self.time(until)? };
        if hours.from < hours.until {
            return Ok(hours);
        }
        let expected = format!("a time after {from} ({})", self.text(from));
        Err(self.wrong(until, expected))
    }

    fn time(&self, column: &'static str) -> Result<TimeOfDay, SettingsError> {
        parse_time(self.text(column)).ok_or_else(|| self.wrong(column, TIME_EXPECTED))
    }
}
