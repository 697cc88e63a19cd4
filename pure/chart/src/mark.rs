//! Marks that tell series apart without colour.

use crate::markup::num;

/// How many series look different from one another by colour, by dash and by mark.
pub(crate) const N_LOOKS: usize = 6;

/// Colour and dash (1 to 6), and mark (0 to 5), of the `i`-th series. Past six, the marks shift so that no two of the first
/// thirty-six series have both the same colour and the same mark.
pub(crate) fn look(i: usize) -> (usize, usize) {
    (i % N_LOOKS + 1, (i + i / N_LOOKS) % N_LOOKS)
}

/// A mark centred on a point: disc, square, triangle, diamond, triangle upside down, cross.
pub(crate) fn path(mark: usize, (x, y): (f64, f64), r: f64) -> String {
    let polygon = |points: &[(f64, f64)]| {
        let at: Vec<String> =
            points.iter().map(|(dx, dy)| format!("{} {}", num(x + dx * r), num(y + dy * r))).collect();
        format!("M{}z", at.join("L"))
    };
    match mark {
        0 => {
            let (start, y) = (num(x - r), num(y));
            let (r, d) = (num(r), num(2.0 * r));
            format!("M{start} {y}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z")
        }
        1 => polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        2 => polygon(&[(0.0, -1.2), (1.15, 0.9), (-1.15, 0.9)]),
        3 => polygon(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
        4 => polygon(&[(0.0, 1.2), (1.15, -0.9), (-1.15, -0.9)]),
        _ => {
            let (a, b) = (0.4, 1.25);
            polygon(&[
                (-a, -b),
                (a, -b),
                (a, -a),
                (b, -a),
                (b, a),
                (a, a),
                (a, b),
                (-a, b),
                (-a, a),
                (-b, a),
                (-b, -a),
                (-a, -a),
            ])
        }
    }
}
