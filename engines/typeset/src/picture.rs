//! A drawing as a picture, with resvg, which Typst itself draws with: for files whose reader may draw no SVG.
//!
//! The drawing sees the fonts inside the program and nothing else: an image that it names is not fetched.

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{ImageHrefResolver, Options, Tree};
use std::sync::{Arc, LazyLock};

/// Dots a pixel.
const SCALE: f32 = 2.0;
/// Most dots of a side: a picture of this size takes 64 MiB while it is drawn.
const MOST: f32 = 4096.0;

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for bytes in [notosans::REGULAR_TTF, notosans::BOLD_TTF, notosans::ITALIC_TTF, notosans::BOLD_ITALIC_TTF] {
        fonts.load_font_data(bytes.to_vec());
    }
    fonts.set_sans_serif_family(crate::fonts::TEXT);
    Arc::new(fonts)
});

/// The drawing as a PNG, on white.
pub(crate) fn png(svg: &str) -> Result<Vec<u8>, String> {
    let options = Options {
        font_family: crate::fonts::TEXT.to_owned(),
        fontdb: FONTS.clone(),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| format!("the drawing does not parse: {error}"))?;
    let (width, height) = (tree.size().width() * SCALE, tree.size().height() * SCALE);
    if !(1.0..=MOST).contains(&width) || !(1.0..=MOST).contains(&height) {
        return Err(format!("the drawing is {width} by {height} dots; at most {MOST} a side are drawn"));
    }
    // Between 1 and the most, both.
    let mut picture = Pixmap::new(width.ceil() as u32, height.ceil() as u32)
        .ok_or_else(|| "memory did not take the picture".to_owned())?;
    picture.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut picture.as_mut());
    picture.encode_png().map_err(|error| format!("the picture cannot be written: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(inside: &str, size: &str) -> String {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {size}>{inside}</svg>")
    }

    const SIZE: &str = "width=\"60\" height=\"20\" viewBox=\"0 0 60 20\"";

    #[test]
    fn texts_and_shapes_are_drawn_and_stay_the_same() {
        let empty = png(&drawing("", SIZE)).unwrap();
        assert_eq!(empty.get(16..24), Some(&[0, 0, 0, 120, 0, 0, 0, 40][..]), "two dots a pixel");
        let text = drawing("<text x=\"2\" y=\"15\" font-family=\"Liberation Sans,sans-serif\">été</text>", SIZE);
        assert_ne!(png(&text).unwrap(), empty, "a face that is not there is replaced by ours");
        assert_eq!(png(&text).unwrap(), png(&text).unwrap());
    }

    #[test]
    fn an_image_that_a_drawing_names_is_not_fetched() {
        let empty = png(&drawing("", SIZE)).unwrap();
        let dot = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        for named in ["/etc/hostname", "../Cargo.toml", dot] {
            let image = format!("<image href=\"{named}\" width=\"60\" height=\"20\"/>");
            assert_eq!(png(&drawing(&image, SIZE)).unwrap(), empty, "{named}");
        }
    }

    #[test]
    fn what_is_no_drawing_or_too_large_is_refused() {
        for refused in ["", "<svg", "<html/>", &drawing("", "width=\"9000\" height=\"10\"")] {
            assert!(png(refused).is_err(), "{refused}");
        }
    }
}
