//! Where departments lie (`places.csv`).

use beffroi_assignment::Place;

/// The place of a department; nothing for what is not one of the list.
pub(crate) fn place(code: &str) -> Option<Place> {
    let lines = include_str!("../places.csv").lines().filter(|line| !line.starts_with('#')).skip(1);
    let mut found = lines.filter_map(|line| line.split_once(',')).filter(|(own, _)| *own == code);
    let (latitude, longitude) = found.next()?.1.split_once(',')?;
    Some(Place { latitude: latitude.parse().ok()?, longitude: longitude.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn departments_lie_where_they_do() {
        let departments = beffroi_codes::list("departments").unwrap();
        let metropolitan =
            departments.every_code().iter().filter(|code| code.parent.as_deref().is_some_and(|r| !r.starts_with("R0")));
        for code in metropolitan {
            let place = place(&code.code).unwrap_or_else(|| panic!("{}", code.code));
            assert!((41.0..52.0).contains(&place.latitude) && (-5.5..10.0).contains(&place.longitude), "{}", code.code);
        }
        assert_eq!(place("974"), None, "what is not known is not guessed");
        let (ille, paris) = (place("35").unwrap(), place("75").unwrap());
        assert!((280..330).contains(&ille.kilometres(paris).unwrap()));
    }
}
