//! The pages, one file each, and what several of them draw or lay out.

pub(crate) mod account;
pub(crate) mod alert;
pub(crate) mod alerts;
pub(crate) mod choices;
pub(crate) mod consultations;
pub(crate) mod dashboard;
pub(crate) mod drawings;
pub(crate) mod help;
pub(crate) mod indicator;
pub(crate) mod indicators;
pub(crate) mod journal;
pub(crate) mod openid;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod pivot;
pub(crate) mod purpose;
pub(crate) mod report;
pub(crate) mod reports;
pub(crate) mod retention;
pub(crate) mod series;
pub(crate) mod series_list;
pub(crate) mod sign_in;
pub(crate) mod signal;
pub(crate) mod signals;
pub(crate) mod source;
pub(crate) mod sources;
