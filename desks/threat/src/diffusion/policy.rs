//! The one place that says what leaves for whom by which channel.

use crate::alerts::Alert;
use crate::diffusion::{DiffusionSettings, Recipient};
use beffroi_model::{Channel, Marking};
use beffroi_store::Store;
use jiff::civil::Date;

/// A channel as a recipient takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// Mail.
    Mail,
    /// Its machine is told.
    Webhook,
    /// It reads a feed.
    Feed,
    /// It reads the pages.
    Web,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Mail, Self::Webhook, Self::Feed, Self::Web];

    /// The word of the register.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
            Self::Feed => "feed",
            Self::Web => "web",
        }
    }

    fn channel(self) -> Channel {
        match self {
            Self::Mail => Channel::Mail,
            Self::Webhook => Channel::Webhook,
            Self::Feed => Channel::Feed,
            Self::Web => Channel::Page,
        }
    }
}

/// What leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaves {
    /// The flash, with the marking to tell: never a wider one than its own.
    Content(Marking),
    /// That there is a flash, and where to read it.
    Notice,
    /// Nothing, and why.
    Nothing(Why),
}

/// Why nothing leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// An exercise and the real world are kept apart.
    Exercise,
    /// The recipient is not, or no longer, on the list.
    NotListed,
    /// Mail no longer reaches the recipient.
    Unreachable,
    /// The recipient does not take this channel.
    NotTaken,
    /// The marking.
    Marking,
}

impl Why {
    /// The word of the register.
    pub fn code(self) -> &'static str {
        match self {
            Self::Exercise => "exercise",
            Self::NotListed => "not-listed",
            Self::Unreachable => "unreachable",
            Self::NotTaken => "not-taken",
            Self::Marking => "marking",
        }
    }
}

/// Whether a flash is of an exercise: marked so itself, or kept in the registers of one, whatever it says of itself. Each
/// channel asks this and nothing else.
pub fn is_of_exercise(store: &Store, alert: &Alert) -> bool {
    store.is_exercise() || alert.content.written.exercise
}

/// What leaves of a flash so marked for a recipient by `way` on the day `on`. A recipient whose ceiling is below the
/// marking does not so much as learn that there is a flash.
pub fn leaves(
    marking: Marking,
    exercise: bool,
    recipient: &Recipient,
    way: Way,
    settings: &DiffusionSettings,
    on: Date,
) -> Leaves {
    if exercise != recipient.exercise {
        return Leaves::Nothing(Why::Exercise);
    }
    if on < recipient.since || recipient.until.is_some_and(|last| on > last) {
        return Leaves::Nothing(Why::NotListed);
    }
    if !recipient.ways.contains(&way) {
        return Leaves::Nothing(Why::NotTaken);
    }
    if !marking.may_reach(recipient.ceiling) {
        return Leaves::Nothing(Why::Marking);
    }
    // Systems that do not know AMBER+STRICT are told RED, and then get what RED gets.
    let told = match way {
        Way::Web => marking,
        Way::Mail | Way::Webhook | Way::Feed => {
            Marking { tlp: marking.tlp.told_in(recipient.vocabulary.tlps()), ..marking }
        }
    };
    match way {
        Way::Mail if recipient.unreachable => Leaves::Nothing(Why::Unreachable),
        Way::Mail if told.may_leave(Channel::Mail, recipient.ceiling.lesser(settings.mail_ceiling)) => {
            Leaves::Content(told)
        }
        Way::Mail => Leaves::Notice,
        Way::Webhook | Way::Feed | Way::Web if told.may_leave(way.channel(), recipient.ceiling) => {
            Leaves::Content(told)
        }
        Way::Webhook | Way::Feed | Way::Web => Leaves::Nothing(Why::Marking),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::Vocabulary;
    use crate::diffusion::recipient::tests::recipient;
    use beffroi_model::{Pap, Tlp};
    use jiff::civil::date;

    const DAY: Date = date(2026, 1, 14);

    fn every() -> impl Iterator<Item = Marking> {
        Tlp::ALL.into_iter().flat_map(|tlp| Pap::ALL.map(|pap| Marking { tlp, pap }))
    }

    fn settings(mail_ceiling: Marking) -> DiffusionSettings {
        DiffusionSettings { mail_ceiling, ..DiffusionSettings::default() }
    }

    #[test]
    fn by_no_way_does_a_flash_go_beyond_the_ceiling_of_its_recipient_or_wider_than_marked() {
        let wide = settings(Marking::UNKNOWN);
        for way in Way::ALL {
            let mut n_content = 0;
            for (marking, ceiling) in every().flat_map(|marking| every().map(move |ceiling| (marking, ceiling))) {
                for vocabulary in [Vocabulary::Tlp2, Vocabulary::Tlp1] {
                    let to = Recipient { ceiling, vocabulary, ..recipient("a") };
                    match leaves(marking, false, &to, way, &wide, DAY) {
                        Leaves::Content(told) => {
                            n_content += 1;
                            assert!(
                                marking.may_reach(ceiling) && marking.may_reach(told),
                                "{way:?} {marking} {ceiling}"
                            );
                            assert!(way == Way::Web || told.tlp < Tlp::Red, "{way:?} {marking}");
                        }
                        Leaves::Notice => assert!(way == Way::Mail && marking.may_reach(ceiling)),
                        Leaves::Nothing(why) => assert_eq!(why, Why::Marking),
                    }
                }
            }
            assert!(n_content > 0, "{way:?} carries nothing at all");
        }
    }

    #[test]
    fn strict_amber_is_red_for_systems_that_know_tlp_1_only() {
        let strict = Marking { tlp: Tlp::AmberStrict, pap: Pap::Clear };
        let wide = settings(Marking::UNKNOWN);
        let old = Recipient { vocabulary: Vocabulary::Tlp1, ..recipient("a") };
        let new = recipient("a");
        for (way, instead) in [
            (Way::Mail, Leaves::Notice),
            (Way::Webhook, Leaves::Nothing(Why::Marking)),
            (Way::Feed, Leaves::Nothing(Why::Marking)),
        ] {
            assert_eq!(leaves(strict, false, &old, way, &wide, DAY), instead, "{way:?}");
            assert_eq!(leaves(strict, false, &new, way, &wide, DAY), Leaves::Content(strict), "{way:?}");
        }
    }

    #[test]
    fn mail_carries_content_up_to_what_the_house_says_and_red_never() {
        let green = settings(Marking { tlp: Tlp::Green, pap: Pap::Red });
        let wide = settings(Marking::UNKNOWN);
        let to = recipient("a");
        for (tlp, by_green, by_wide) in [
            (Tlp::Green, true, true),
            (Tlp::Amber, false, true),
            (Tlp::AmberStrict, false, true),
            (Tlp::Red, false, false),
        ] {
            let marking = Marking { tlp, pap: Pap::Green };
            let is_content =
                |settings| matches!(leaves(marking, false, &to, Way::Mail, settings, DAY), Leaves::Content(_));
            assert_eq!((is_content(&green), is_content(&wide)), (by_green, by_wide), "{tlp}");
        }
    }

    #[test]
    fn an_exercise_reaches_nobody_real_by_any_way_and_the_real_world_no_exercise() {
        let (clear, wide) = (Marking { tlp: Tlp::Clear, pap: Pap::Clear }, settings(Marking::UNKNOWN));
        let (real, player) = (recipient("a"), Recipient { exercise: true, ..recipient("b") });
        for way in Way::ALL {
            assert_eq!(leaves(clear, true, &real, way, &wide, DAY), Leaves::Nothing(Why::Exercise), "{way:?}");
            assert_eq!(leaves(clear, false, &player, way, &wide, DAY), Leaves::Nothing(Why::Exercise), "{way:?}");
            // The twin: each in its own world is reached.
            assert_eq!(leaves(clear, false, &real, way, &wide, DAY), Leaves::Content(clear), "{way:?}");
            assert_eq!(leaves(clear, true, &player, way, &wide, DAY), Leaves::Content(clear), "{way:?}");
        }
    }

    #[test]
    fn who_left_the_list_who_does_not_take_a_channel_and_who_bounced_are_left_out() {
        let (clear, house) = (Marking { tlp: Tlp::Clear, pap: Pap::Clear }, DiffusionSettings::default());
        let to = |to: Recipient, way| leaves(clear, false, &to, way, &house, DAY);
        let left = Recipient { until: Some(date(2026, 1, 13)), ..recipient("a") };
        let last_day = Recipient { until: Some(DAY), ..recipient("a") };
        let next = Recipient { since: date(2026, 1, 15), ..recipient("a") };
        let gone = Recipient { unreachable: true, ..recipient("a") };
        let web = Recipient { ways: [Way::Web].into(), ..recipient("a") };
        assert_eq!(to(left, Way::Mail), Leaves::Nothing(Why::NotListed));
        assert_eq!(to(next, Way::Mail), Leaves::Nothing(Why::NotListed));
        assert_eq!(to(last_day, Way::Mail), Leaves::Content(clear));
        assert_eq!(to(gone.clone(), Way::Mail), Leaves::Nothing(Why::Unreachable));
        assert_eq!(to(gone, Way::Web), Leaves::Content(clear));
        assert_eq!(to(web, Way::Mail), Leaves::Nothing(Why::NotTaken));
    }
}
