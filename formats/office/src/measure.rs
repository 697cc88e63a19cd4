//! Lengths of the page: A4, upright, with margins that leave 160 mm for the text.

/// Width of the page, in millimetres.
pub(crate) const PAGE_WIDTH: f64 = 210.0;
/// Height of the page, in millimetres.
pub(crate) const PAGE_HEIGHT: f64 = 297.0;
/// Margin at each side.
pub(crate) const SIDE: f64 = 25.0;
/// Margin above and below the text.
pub(crate) const ENDS: f64 = 25.0;
/// Distance of the running head and foot from the edge.
pub(crate) const HEAD: f64 = 11.0;
/// Width of the text.
pub(crate) const TEXT_WIDTH: f64 = PAGE_WIDTH - 2.0 * SIDE;
/// The highest picture.
const PICTURE_HEIGHT: f64 = 190.0;
/// Width of a picture's dot: pictures are made of two dots a pixel, and a pixel is a ninety-sixth of an inch.
const DOT: f64 = 25.4 / 96.0 / 2.0;

/// A length in twentieths of a point, as DOCX counts most of them.
pub(crate) fn twips(millimetres: f64) -> i64 {
    rounded(millimetres / 25.4 * 1440.0)
}

/// A length in English metric units, as DOCX counts pictures.
pub(crate) fn emu(millimetres: f64) -> i64 {
    rounded(millimetres * 36_000.0)
}

fn rounded(length: f64) -> i64 {
    // Lengths of a page: far within the whole numbers that a float holds.
    length.round() as i64
}

/// Width and height of a picture of so many dots, in millimetres, such that it fits.
pub(crate) fn fitted((width, height): (u32, u32)) -> (f64, f64) {
    let (width, height) = (f64::from(width.max(1)) * DOT, f64::from(height.max(1)) * DOT);
    let scale = (TEXT_WIDTH / width).min(PICTURE_HEIGHT / height).min(1.0);
    (width * scale, height * scale)
}

/// Widths of the columns of a table, in millimetres, that fill the text: the first one, which heads the rows, takes what
/// two others take.
pub(crate) fn columns(count: usize) -> Vec<f64> {
    let parts = if count > 1 { count + 1 } else { count.max(1) };
    let part = TEXT_WIDTH / u32::try_from(parts).map_or(TEXT_WIDTH, f64::from);
    (0..count).map(|i| if i == 0 && count > 1 { 2.0 * part } else { part }).collect()
}

/// Width and height of a PNG, in dots, if it is one (ISO/IEC 15948, section 11.2.2).
pub(crate) fn dots(png: &[u8]) -> Option<(u32, u32)> {
    let rest = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    if rest.get(4..8)? != b"IHDR" {
        return None;
    }
    let number = |from: usize| Some(u32::from_be_bytes(rest.get(from..from + 4)?.try_into().ok()?));
    let size = (number(8)?, number(12)?);
    (size.0 > 0 && size.1 > 0).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_png_has_no_size() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x05\x64\0\0\x02\x30".to_vec();
        assert_eq!(dots(&png), Some((1380, 560)));
        png.truncate(20);
        assert_eq!(dots(&png), None);
        assert_eq!(dots(b"GIF89a"), None);
        assert_eq!(dots(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0"), None, "nothing wide");
    }

    #[test]
    fn pictures_and_tables_fit_the_text() {
        let (width, height) = fitted((1380, 560));
        assert!(width <= TEXT_WIDTH && (width / height - 1380.0 / 560.0).abs() < 1e-9);
        assert!(fitted((10, 100_000)).1 <= PICTURE_HEIGHT);
        for count in 1..40 {
            assert!((columns(count).iter().sum::<f64>() - TEXT_WIDTH).abs() < 1e-6, "{count}");
        }
        assert!(columns(0).is_empty());
    }
}
