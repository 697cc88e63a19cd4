//! The ways by which marked information leaves.

use crate::{Marking, Tlp};
use std::fmt;

macro_rules! channels {
    ($($(#[$told:meta])* $channel:ident = $name:literal,)*) => {
        /// A way by which something leaves the house. A new one is a line here: then neither the policy
        /// ([`Marking::may_leave`]) nor the test of the canaries compiles before both say what may go through it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Channel {
            $($(#[$told])* $channel,)*
        }

        impl Channel {
            /// Every channel.
            pub const ALL: &[Self] = &[$(Self::$channel),*];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$channel => $name,)*
                }
            }
        }
    };
}

channels! {
    /// A page of the web face.
    Page = "page",
    /// A file fetched from the web face: a flash as PDF, a file of a built report.
    Download = "download",
    /// What a machine reads by its token.
    Api = "api",
    /// What the command line lists and shows to the operator of the machine.
    Terminal = "terminal",
    /// A flash that the operator writes to a file as PDF, HTML or JSON.
    FlashFile = "flash-file",
    /// Figures that the operator writes out in a form of publication: SDMX, a data package.
    FiguresFile = "figures-file",
    /// The annual report: its document, its tables of data, its birth certificates.
    AnnualReport = "annual-report",
    /// A flash in the text of a mail, or as its file; what the letter of one's day names.
    Mail = "mail",
    /// A mail that says that there is something to read, and where.
    Notice = "notice",
    /// The feed of flashes, and the calendar that a person subscribes to.
    Feed = "feed",
    /// A flash handed to a recipient's machine.
    Webhook = "webhook",
    /// A message that waits to be sent.
    Outbox = "outbox",
    /// A line of the program's log.
    Log = "log",
    /// The journal, in the registers and as exported for a verifier.
    Journal = "journal",
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Marking {
    /// The one policy of diffusion by channel: may information so marked leave through `channel`, whose far end (a person,
    /// or a product by its own marking) is cleared up to `ceiling`?
    pub fn may_leave(self, channel: Channel, ceiling: Self) -> bool {
        match channel {
            Channel::Page
            | Channel::Download
            | Channel::Api
            | Channel::Terminal
            | Channel::FlashFile
            | Channel::FiguresFile
            | Channel::AnnualReport => self.may_reach(ceiling),
            // RED is for named persons, who read it here: no mailbox, reader of feeds or machine is one.
            Channel::Mail | Channel::Feed | Channel::Webhook => self.tlp < Tlp::Red && self.may_reach(ceiling),
            // References go there, never content, however it is marked.
            Channel::Notice | Channel::Outbox | Channel::Log | Channel::Journal => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pap;

    #[test]
    fn no_channel_carries_more_than_its_far_end_is_cleared_for() {
        let all = || Tlp::ALL.into_iter().flat_map(|tlp| Pap::ALL.map(|pap| Marking { tlp, pap }));
        for channel in Channel::ALL {
            for marking in all() {
                for ceiling in all().filter(|ceiling| marking.may_leave(*channel, *ceiling)) {
                    assert!(
                        marking.tlp <= ceiling.tlp && marking.pap <= ceiling.pap,
                        "{channel}: {marking}, {ceiling}"
                    );
                }
            }
        }
        for machine in [Channel::Mail, Channel::Feed, Channel::Webhook] {
            let red = Marking { tlp: Tlp::Red, pap: Pap::Clear };
            assert!(!red.may_leave(machine, Marking::UNKNOWN), "{machine}");
        }
        for silent in [Channel::Notice, Channel::Outbox, Channel::Log, Channel::Journal] {
            assert!(!all().any(|marking| marking.may_leave(silent, Marking::UNKNOWN)), "{silent}");
        }
    }
}
