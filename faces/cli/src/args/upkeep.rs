//! People, proof and upkeep.

use beffroi_model::SourceId;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use std::path::PathBuf;

/// The journal.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Its entries, the newest first.
    List {
        /// Only what that account did.
        #[arg(long = "who", value_name = "USER")]
        author: Option<String>,
        /// Only what was done on that object.
        #[arg(long = "what", value_name = "KIND/ID")]
        object: Option<String>,
        /// Only from that day or instant on.
        #[arg(long, value_name = "T")]
        since: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: u64,
    },
    /// Reads every entry again and looks for faults.
    Verify(VerifyArgs),
    /// Writes it for a verifier elsewhere.
    Export {
        /// The folder.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Signs a checkpoint.
    Checkpoint,
    /// Cosigns the newest checkpoint.
    Witness {
        /// The witness's secret key.
        #[arg(long = "key", value_name = "FILE")]
        witness_file: PathBuf,
        /// The last checkpoint that the witness signed.
        #[arg(long = "state", value_name = "FILE")]
        witness_state: PathBuf,
        /// Makes a key of that name.
        #[arg(long = "name", value_name = "NAME")]
        witness_name: Option<String>,
    },
    /// Proves one entry.
    Prove {
        /// Its number.
        entry: u64,
    },
}

/// Arguments of `audit verify`.
#[derive(Debug, Clone, Default, Args)]
pub struct VerifyArgs {
    /// Only faults from that entry on.
    #[arg(long = "from", value_name = "N")]
    pub first_entry: Option<u64>,
    /// Checkpoints kept elsewhere.
    #[arg(long = "checkpoint", value_name = "FILE")]
    pub held: Vec<PathBuf>,
    /// Verifier keys of witnesses.
    #[arg(long = "witness-key", value_name = "KEY|@FILE")]
    pub witness_keys: Vec<String>,
    /// How many witnesses the newest checkpoint needs.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub quorum: usize,
    /// An export to read in place of the registers.
    #[arg(long = "export", value_name = "DIR")]
    pub exported: Option<PathBuf>,
    /// The verifier key of the journal.
    #[arg(long = "log-key", value_name = "KEY|@FILE", requires = "exported")]
    pub journal_key: Option<String>,
}

/// Accounts and rights.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Makes an account.
    Add {
        /// The name typed to sign in.
        login: String,
        /// The name shown.
        #[arg(long = "name", value_name = "TEXT")]
        shown_name: String,
        /// Reads its password.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Accounts and what they hold.
    List,
    /// The first rights of all.
    First {
        /// The file that lists them.
        #[arg(value_name = "FILE.json")]
        rights_file: PathBuf,
    },
    /// Gives a role.
    Grant(GrantArgs),
    /// Proposals that wait for a second person.
    Pending,
    /// Agrees to a proposal.
    Approve {
        /// Its number.
        proposal: String,
    },
    /// Turns a proposal down.
    Decline {
        /// Its number.
        proposal: String,
    },
    /// Takes a role back.
    Revoke {
        /// Its number.
        right: String,
    },
    /// Shuts an account.
    Disable {
        /// The account.
        login: String,
    },
    /// Opens an account again.
    Enable {
        /// The account.
        login: String,
    },
    /// Ties an account to a person of the provider of identities.
    Federate {
        /// The account.
        login: String,
        /// The provider.
        #[arg(long, value_name = "URL")]
        issuer: String,
        /// The person, as the provider names them.
        #[arg(long, value_name = "SUB")]
        subject: String,
    },
    /// Services.
    #[command(subcommand)]
    Service(ServiceCommand),
}

/// Arguments of `user grant`.
#[derive(Debug, Clone, Args)]
pub struct GrantArgs {
    /// For whom.
    pub login: String,
    /// The role.
    #[arg(long)]
    pub role: String,
    /// The world.
    #[arg(long)]
    pub world: String,
    /// The service.
    #[arg(long = "service", value_name = "ID", default_value = "command")]
    pub for_service: String,
    /// The territories.
    #[arg(long, value_delimiter = ',', value_name = "CODE,…", default_value = "FR")]
    pub territories: Vec<String>,
    /// Up to which TLP.
    #[arg(long, default_value = "AMBER")]
    pub tlp: String,
    /// Up to which PAP.
    #[arg(long, default_value = "AMBER")]
    pub pap: String,
    /// First day.
    #[arg(long = "from", value_name = "DATE")]
    pub first_day: Option<Date>,
    /// Last day.
    #[arg(long = "until", value_name = "DATE")]
    pub last_day: Option<Date>,
}

/// Services.
#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    /// The tree of services.
    List,
    /// Puts a service in the tree.
    Put {
        /// Its identifier.
        service: String,
        /// How high it stands.
        #[arg(long, value_name = "ministry|direction|regional|departmental")]
        level: String,
        /// What it belongs to.
        #[arg(long, value_name = "ID")]
        parent: Option<String>,
    },
}

/// What is kept how long.
#[derive(Debug, Subcommand)]
pub enum RetentionCommand {
    /// What is due.
    Plan,
    /// Erases what is due.
    Run {
        /// Says what would be erased.
        #[arg(long = "dry-run")]
        only_say: bool,
        /// Grounds whose text was not read.
        #[arg(long = "confirm", value_delimiter = ',', value_name = "CODE,…")]
        confirmed: Vec<String>,
        /// Makes a new master key.
        #[arg(long)]
        renew_keys: bool,
    },
    /// Erases reports before their term.
    Erase {
        /// Their source.
        erased_source: SourceId,
        /// Their identifiers, one a line.
        #[arg(long = "ids", value_name = "FILE")]
        identifiers_file: PathBuf,
        /// The reference of the decision.
        #[arg(long = "reason", value_name = "REFERENCE")]
        decision_reference: String,
    },
    /// Keeps something longer.
    Hold {
        /// Its reference, or the code of a ground.
        held_thing: String,
        /// The reference of the decision.
        #[arg(long = "reason", value_name = "REFERENCE")]
        decision_reference: String,
        /// Its last day.
        #[arg(long = "until", value_name = "DATE")]
        last_day: Date,
    },
    /// The orders to keep something longer.
    Holds,
    /// Ends an order to keep something longer.
    Release {
        /// Its reference, or the code of a ground.
        held_thing: String,
    },
}

/// Arguments of `backup`.
#[derive(Debug, Clone, Args)]
pub struct BackupArgs {
    /// The file to write.
    #[arg(long = "out", value_name = "FILE", required_unless_present = "new_identity")]
    pub backup_file: Option<PathBuf>,
    /// Who may open it.
    #[arg(long = "to", value_name = "AGE_RECIPIENT")]
    pub recipients: Vec<String>,
    /// Who may open the keys.
    #[arg(long = "with-keys", value_name = "AGE_RECIPIENT")]
    pub keys_recipients: Vec<String>,
    /// Makes a secret key.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["backup_file", "recipients", "keys_recipients"])]
    pub new_identity: Option<PathBuf>,
}

/// Arguments of `restore`.
#[derive(Debug, Clone, Args)]
pub struct RestoreArgs {
    /// The backup.
    #[arg(value_name = "FILE", required_unless_present = "finish")]
    pub archive: Option<PathBuf>,
    /// The secret key that opens it.
    #[arg(long, value_name = "FILE", required_unless_present = "finish")]
    pub identity: Option<PathBuf>,
    /// The secret key that opens the keys.
    #[arg(long, value_name = "FILE")]
    pub keys_identity: Option<PathBuf>,
    /// The folder of keys in use until now.
    #[arg(long, value_name = "DIR")]
    pub keys_now: Option<PathBuf>,
    /// The folder to bring it back into.
    #[arg(long, value_name = "DIR", required_unless_present = "finish")]
    pub into: Option<PathBuf>,
    /// Ends a restore once the keys are in their place.
    #[arg(long, conflicts_with_all = ["archive", "identity", "keys_identity", "keys_now", "into"])]
    pub finish: bool,
}
