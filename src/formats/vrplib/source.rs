//! A file taken apart, not yet understood.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::formats::benchmark::FormatError;
use crate::formats::rounding::Rounding;

/// Lines `KEY : value` that are understood, or say nothing that matters.
const KEYS: [&str; 17] = [
    "NAME",
    "COMMENT",
    "TYPE",
    "DIMENSION",
    "VEHICLES",
    "CAPACITY",
    "SERVICE_TIME",
    "EDGE_WEIGHT_TYPE",
    "EDGE_WEIGHT_FORMAT",
    "NODE_COORD_TYPE",
    "DISPLAY_DATA_TYPE",
    "VEHICLES_DEPOT",
    "VEHICLES_MAX_DURATION",
    "VEHICLES_MAX_DISTANCE",
    "VEHICLES_MAX_RELOADS",
    "VEHICLES_FIXED_COST",
    "VEHICLES_UNIT_DISTANCE_COST",
];

/// Sections that are understood.
const SECTIONS: [&str; 18] = [
    "NODE_COORD_SECTION",
    "EDGE_WEIGHT_SECTION",
    "DEMAND_SECTION",
    "TIME_WINDOW_SECTION",
    "SERVICE_TIME_SECTION",
    "RELEASE_TIME_SECTION",
    "PRIZE_SECTION",
    "MUTUALLY_EXCLUSIVE_GROUP_SECTION",
    "DEPOT_SECTION",
    "CAPACITY_SECTION",
    "VEHICLES_DEPOT_SECTION",
    "VEHICLES_RELOAD_DEPOT_SECTION",
    "VEHICLES_ALLOWED_CLIENTS_SECTION",
    "VEHICLES_MAX_DURATION_SECTION",
    "VEHICLES_MAX_DISTANCE_SECTION",
    "VEHICLES_MAX_RELOADS_SECTION",
    "VEHICLES_FIXED_COST_SECTION",
    "VEHICLES_UNIT_DISTANCE_COST_SECTION",
];

/// A value of the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) line: usize,
    /// Its section, or `header`.
    pub(crate) section: &'a str,
    /// Its key, where it is in the header.
    pub(crate) key: Option<&'a str>,
    pub(crate) text: &'a str,
}

/// A line of a section that is about one node or vehicle, without its number.
#[derive(Debug, Clone)]
pub(crate) struct Row<'a> {
    pub(crate) line: usize,
    section: &'a str,
    words: Vec<&'a str>,
}

impl<'a> Row<'a> {
    pub(crate) fn field(&self, column: usize) -> Field<'a> {
        Field { line: self.line, section: self.section, key: None, text: self.words[column] }
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = Field<'a>> {
        (0..self.words.len()).map(|column| self.field(column))
    }
}

/// The lines of a file by what they are about.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    file: &'a str,
    /// One more than the file has lines.
    pub(crate) end: usize,
    header: BTreeMap<&'a str, Field<'a>>,
    sections: BTreeMap<&'a str, Vec<(usize, &'a str)>>,
}

impl<'a> Source<'a> {
    /// Takes a file apart.
    pub(crate) fn split(file: &'a str, text: &'a str) -> Result<Self, FormatError> {
        let end = text.lines().count() + 1;
        let mut source = Self { file, end, header: BTreeMap::new(), sections: BTreeMap::new() };
        let mut section = None;
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            let title = line.trim_end_matches([' ', '\t', ':']);
            if line == "EOF" {
                break;
            }
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if title.ends_with("_SECTION") {
                source.open(number, title)?;
                section = Some(title);
            } else if let Some(section) = section {
                source.sections.entry(section).or_default().push((number, line));
            } else if let Some((key, text)) = line.split_once(':') {
                source.declare(number, key.trim(), text.trim())?;
            } else {
                let reason = format!("{line:?} is neither `KEY : value` nor a section");
                return Err(source.error(number, "header", reason));
            }
        }
        Ok(source)
    }

    fn open(&mut self, line: usize, title: &'a str) -> Result<(), FormatError> {
        if ["BACKHAUL_SECTION", "LINEHAUL_SECTION", "PICKUP_AND_DELIVERY_SECTION"].contains(&title)
        {
            return Err(self.error(line, title, "backhauls and pickups are not understood"));
        }
        if !SECTIONS.contains(&title) {
            let known = SECTIONS.join(", ");
            let reason = format!("this section is not understood; known are {known}");
            return Err(self.error(line, title, reason));
        }
        let key = title.trim_end_matches("_SECTION");
        if let Some(field) = self.header.get(key) {
            let reason = format!("line {} already gives {key} for all", field.line);
            return Err(self.error(line, title, reason));
        }
        if self.sections.insert(title, Vec::new()).is_some() {
            return Err(self.error(line, title, "the section is there twice"));
        }
        Ok(())
    }

    fn declare(&mut self, line: usize, key: &'a str, text: &'a str) -> Result<(), FormatError> {
        if !KEYS.contains(&key) {
            let reason = format!("{key} is not understood; known are {}", KEYS.join(", "));
            return Err(self.error(line, "header", reason));
        }
        let field = Field { line, section: "header", key: Some(key), text };
        match self.header.insert(key, field) {
            Some(first) if key != "COMMENT" => {
                let reason = format!("{key} is there twice, first in line {}", first.line);
                Err(self.error(line, "header", reason))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn error(
        &self,
        line: usize,
        section: &str,
        reason: impl Into<String>,
    ) -> FormatError {
        let (file, section) = (self.file.to_owned(), section.to_owned());
        FormatError { file, line, section, reason: reason.into() }
    }

    /// Says that a value is not what is expected.
    pub(crate) fn wrong(&self, field: Field<'_>, expected: &str) -> FormatError {
        let value = match field.key {
            Some(key) => format!("{key} is {:?}", field.text),
            None => format!("{:?}", field.text),
        };
        self.error(field.line, field.section, format!("{value}, {expected} is expected"))
    }

    pub(crate) fn optional(&self, key: &str) -> Option<Field<'a>> {
        self.header.get(key).copied()
    }

    pub(crate) fn header(&self, key: &str) -> Result<Field<'a>, FormatError> {
        let found = self.optional(key);
        found.ok_or_else(|| self.error(self.end, "header", format!("{key} is missing")))
    }

    pub(crate) fn has(&self, section: &str) -> bool {
        self.sections.contains_key(section)
    }

    /// The lines of a section with their numbers; none where it is missing.
    pub(crate) fn lines(&self, section: &str) -> &[(usize, &'a str)] {
        self.sections.get(section).map_or(&[], Vec::as_slice)
    }

    /// A whole number.
    pub(crate) fn whole<T>(
        &self,
        field: Field<'_>,
        range: &RangeInclusive<T>,
    ) -> Result<T, FormatError>
    where
        T: FromStr + PartialOrd + Display,
    {
        let number = field.text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let (least, most) = (range.start(), range.end());
            self.wrong(field, &format!("a whole number from {least} to {most}"))
        })
    }

    pub(crate) fn number(&self, field: Field<'_>) -> Result<f64, FormatError> {
        let number = field.text.parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| self.wrong(field, "a number"))
    }

    /// A time or a distance.
    pub(crate) fn rounded(&self, field: Field<'_>, rounding: Rounding) -> Result<i32, FormatError> {
        let number = rounding.apply(self.number(field)?);
        number.ok_or_else(|| self.wrong(field, "a number that fits 29 bits once rounded"))
    }

    /// A length of time or a distance, which cannot be negative.
    pub(crate) fn length(&self, field: Field<'_>, rounding: Rounding) -> Result<i32, FormatError> {
        let length = self.rounded(field, rounding)?;
        if length < 0 {
            return Err(self.wrong(field, "a number from 0"));
        }
        Ok(length)
    }

    /// A cost or a sum of distances, which cannot be negative.
    pub(crate) fn wide(&self, field: Field<'_>, rounding: Rounding) -> Result<i64, FormatError> {
        let number = rounding.apply_wide(self.number(field)?).filter(|number| *number >= 0);
        number.ok_or_else(|| self.wrong(field, "a number from 0 to a million million once rounded"))
    }

    /// Rows of a section that has one line for each of `count` nodes or vehicles, in their order.
    pub(crate) fn rows(
        &self,
        section: &'a str,
        (count, noun): (usize, &str),
        columns: &RangeInclusive<usize>,
    ) -> Result<Vec<Row<'a>>, FormatError> {
        if !self.has(section) {
            return Err(self.error(self.end, section, "the section is missing"));
        }
        let mut found: Vec<Option<Row<'_>>> = vec![None; count];
        for &(line, text) in self.lines(section) {
            let mut words = text.split_ascii_whitespace();
            let number = words.next().unwrap_or_default();
            let index = number.parse::<usize>().ok().filter(|number| (1..=count).contains(number));
            let Some(index) = index else {
                let reason = format!("{number:?} is not a {noun}, 1 to {count} are");
                return Err(self.error(line, section, reason));
            };
            let words: Vec<&str> = words.collect();
            if !columns.contains(&words.len()) {
                let reason = format!(
                    "{} values for {noun} {index}, {} are expected",
                    words.len(),
                    in_words(columns)
                );
                return Err(self.error(line, section, reason));
            }
            if found[index - 1].replace(Row { line, section, words }).is_some() {
                return Err(self.error(line, section, format!("{noun} {index} is there twice")));
            }
        }
        let complete = found.into_iter().zip(1..).map(|(row, number)| {
            row.ok_or_else(|| self.error(self.end, section, format!("{noun} {number} is missing")))
        });
        complete.collect()
    }
}

fn in_words(columns: &RangeInclusive<usize>) -> String {
    match (*columns.start(), *columns.end()) {
        (least, most) if least == most => least.to_string(),
        (least, usize::MAX) => format!("at least {least}"),
        (least, most) => format!("{least} to {most}"),
    }
}
