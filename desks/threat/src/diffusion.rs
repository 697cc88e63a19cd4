//! Diffusion: a flash goes to a closed list, by the channels that each recipient takes and no further than the markings
//! allow; who has read is known, who has not is reminded, what they saw comes back.
//!
//! One function decides what leaves for whom by which channel ([`leaves`]); it is asked when a handover is queued and
//! again when it is sent. Queueing is part of the transaction that issues the flash. A worker claims handovers, hands
//! them over and settles them; a handover has the same number each time, and so its message the same Message-ID:
//!
//! | what happens | what it costs |
//! | --- | --- |
//! | the program is killed | the letter (or webhook) being handed over may go twice; none is lost |
//! | the power is cut | those of the batch not settled may go twice; none is lost |
//! | another server dies, on a shared database | its batch goes when its claim ends, what it had handed over twice |

mod board;
mod bounces;
mod error;
mod letters;
mod links;
mod policy;
mod queue;
mod recipient;
mod reminders;
mod returns;
mod settings;
mod webhooks;
mod worker;

pub use board::{Board, BoardLine, Measures, WaitingFlash, board, board_visible, measures, waiting_visible};
pub use bounces::{PARSER, bounced, read_bounce};
pub use error::DiffusionError;
pub use links::{Link, LinkFault, Links};
pub use policy::{Leaves, Way, Why, is_of_exercise, leaves};
pub use queue::{Lowered, Selection, downgrade, issue, send};
pub use recipient::{Recipient, Vocabulary, end, import, read_table, recipients};
pub use reminders::remind;
pub use returns::{Linked, ReturnKind, acknowledge, give_back, linked, unread_of};
pub use settings::DiffusionSettings;
pub use webhooks::webhook_secret;
pub use worker::{Engines, Pass, deliver};
