//! The bytes of a workbook.

use crate::book::{Book, BookError, COLUMNS, Cell, Choices, Column, ROWS, Sheet};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, Formula,
    Workbook, Worksheet, XlsxError,
};

/// Rows below the last one for which lists to choose from are offered.
const MORE: usize = 1000;
/// Ink of what is not taken back.
const GREY: Color = Color::RGB(0x5A_5A_5A);
/// Paper of headings.
const PAPER: Color = Color::RGB(0xE8_EC_F2);
/// The first and last year that all programs count alike.
const YEARS: std::ops::RangeInclusive<i16> = 1901..=9999;

/// Writes a workbook.
///
/// # Errors
/// [`BookError`] for what no cell or sheet takes; nothing is cut silently.
pub fn write(book: &Book) -> Result<Vec<u8>, BookError> {
    let mut out = Workbook::new();
    let made = moment(book.made.to_zoned(TimeZone::UTC).datetime()).map_err(library)?;
    let about = DocProperties::new()
        .set_title(&book.title)
        .set_comment(&book.about)
        .set_author("")
        .set_creation_datetime(&made);
    out.set_properties(&about);
    let formats = Formats::new();
    for sheet in &book.sheets {
        if sheet.columns.len() > COLUMNS || sheet.head() + sheet.rows.len() > ROWS {
            return Err(BookError::Large { sheet: sheet.name.clone() });
        }
        fill(out.add_worksheet(), sheet, &formats)?;
    }
    out.save_to_buffer().map_err(library)
}

fn library(error: XlsxError) -> BookError {
    BookError::Library(error.to_string())
}

/// How cells look.
struct Formats {
    notice: Format,
    label: Format,
    label_aside: Format,
    name: Format,
    text: Format,
    text_aside: Format,
    plain: Format,
    day: Format,
    moment: Format,
}

impl Formats {
    fn new() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        let head = || top().set_bold().set_text_wrap().set_background_color(PAPER);
        let text = || top().set_num_format("@").set_text_wrap();
        Self {
            notice: Format::new().set_bold(),
            label: head(),
            label_aside: head().set_font_color(GREY),
            name: top().set_font_color(GREY).set_font_size(9).set_background_color(PAPER),
            text: text(),
            text_aside: text().set_font_color(GREY),
            plain: top(),
            day: top().set_num_format("yyyy-mm-dd"),
            moment: top().set_num_format("yyyy-mm-dd hh:mm:ss"),
        }
    }

    fn number(decimals: Option<u8>) -> Format {
        let plain = Format::new().set_align(FormatAlign::Top);
        match decimals {
            Some(0) => plain.set_num_format("0"),
            Some(decimals) => plain.set_num_format(format!("0.{}", "0".repeat(decimals.min(15).into()))),
            None => plain,
        }
    }
}

fn fill(out: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<(), BookError> {
    out.set_name(&sheet.name).map_err(library)?;
    let at = |row: usize, column: usize| (u32::try_from(row).unwrap_or(u32::MAX), column as u16);
    for (row, line) in sheet.notice.iter().enumerate() {
        out.write_string_with_format(at(row, 0).0, 0, line, &formats.notice).map_err(library)?;
    }
    let labels = sheet.notice.len();
    for (place, column) in sheet.columns.iter().enumerate() {
        let (row, place) = at(labels, place);
        let label = if column.aside { &formats.label_aside } else { &formats.label };
        out.set_column_width(place, f64::from(column.width.clamp(6, 80))).map_err(library)?;
        // Excel keeps the format for what is typed later, below the last row.
        let kept = match (column.text, column.aside) {
            (true, true) => &formats.text_aside,
            (true, false) => &formats.text,
            (false, _) => &formats.plain,
        };
        out.set_column_format(place, kept).map_err(library)?;
        out.write_string_with_format(row, place, &column.label, label).map_err(library)?;
        if sheet.is_named() {
            out.write_string_with_format(row + 1, place, &column.name, &formats.name).map_err(library)?;
        }
    }
    for (index, cells) in sheet.rows.iter().enumerate() {
        let row = sheet.head() + index;
        for (place, (column, value)) in sheet.columns.iter().zip(cells).enumerate() {
            cell(out, at(row, place), column, value, formats).map_err(|error| {
                let (sheet, row, column) = (sheet.name.clone(), row + 1, place + 1);
                match error {
                    XlsxError::MaxStringLengthExceeded => BookError::Text { sheet, row, column },
                    XlsxError::DateTimeRangeError(_) => BookError::Value { sheet, row, column },
                    other => library(other),
                }
            })?;
        }
    }
    let last = (sheet.head() + sheet.rows.len().max(1) + MORE).min(ROWS) - 1;
    for (place, column) in sheet.columns.iter().enumerate() {
        let Some(choices) = &column.choices else { continue };
        let (first, place) = at(sheet.head(), place);
        out.add_data_validation(first, place, at(last, 0).0, place, &list(choices)).map_err(library)?;
    }
    page(out, sheet)
}

fn cell(
    out: &mut Worksheet,
    (row, place): (u32, u16),
    column: &Column,
    value: &Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let range = |what: &str| Err(XlsxError::DateTimeRangeError(what.to_owned()));
    match value {
        Cell::Empty => {}
        Cell::Text(text) if text.is_empty() => {}
        Cell::Text(text) => {
            let format = if column.aside { &formats.text_aside } else { &formats.text };
            out.write_string_with_format(row, place, text, format)?;
        }
        Cell::Number(number, _) if !number.is_finite() => return range("a number that is none"),
        Cell::Number(number, decimals) => {
            out.write_number_with_format(row, place, *number, &Formats::number(*decimals))?;
        }
        Cell::Day(day) if !YEARS.contains(&day.year()) => return range("a day out of range"),
        Cell::Day(day) => {
            out.write_datetime_with_format(row, place, &days(*day)?, &formats.day)?;
        }
        Cell::Moment(at) if !YEARS.contains(&at.year()) => return range("a day out of range"),
        Cell::Moment(at) => {
            out.write_datetime_with_format(row, place, &moment(*at)?, &formats.moment)?;
        }
    }
    Ok(())
}

fn days(day: Date) -> Result<ExcelDateTime, XlsxError> {
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or_default(), small(day.month()), small(day.day()))
}

fn moment(at: DateTime) -> Result<ExcelDateTime, XlsxError> {
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    days(at.date())?.and_hms(small(at.hour()).into(), small(at.minute()), f64::from(at.second()))
}

/// A list to choose from. What is not on it is warned of: codes may be written in the place of labels.
fn list(choices: &Choices) -> DataValidation {
    let mut column = String::new();
    let mut rest = u32::from(choices.column) + 1;
    while rest > 0 {
        let letter = (rest - 1) % 26;
        column.insert(0, char::from(b'A' + letter as u8));
        rest = (rest - 1) / 26;
    }
    let sheet = choices.sheet.replace('\'', "''");
    let (first, last) = choices.rows;
    let range = format!("='{sheet}'!${column}${first}:${column}${last}");
    DataValidation::new().allow_list_formula(Formula::new(range)).set_error_style(DataValidationErrorStyle::Warning)
}

/// How it is shown and printed: headings in sight, on each page too, with what the first line says at its foot.
fn page(out: &mut Worksheet, sheet: &Sheet) -> Result<(), BookError> {
    let head = u32::try_from(sheet.head()).unwrap_or_default();
    out.set_freeze_panes(head, 1).map_err(library)?;
    let width = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or_default();
    let last = u32::try_from(sheet.head() + sheet.rows.len().max(1) - 1).unwrap_or_default();
    out.autofilter(head - 1, 0, last, width).map_err(library)?;
    out.set_repeat_rows(head - 1, head - 1).map_err(library)?;
    out.set_landscape().set_print_fit_to_pages(1, 0);
    if let Some(line) = sheet.notice.first() {
        // A foot takes 255 characters, and `&` begins a code in it.
        let line: String = line.chars().take(120).collect();
        out.set_footer(format!("&L{}&R&P / &N", line.replace('&', "&&")));
    }
    Ok(())
}
