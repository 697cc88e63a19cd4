//! The registers of this desk: one file each, and its line here.

mod incoming_request;
mod international_project;
mod joint_operation;
mod operation_result;
mod outgoing_request;
mod position;

use beffroi_register::Register;

/// Every register of this desk.
pub const REGISTERS: &[&Register] = &[
    &incoming_request::REGISTER,
    &international_project::REGISTER,
    &joint_operation::REGISTER,
    &operation_result::REGISTER,
    &outgoing_request::REGISTER,
    &position::REGISTER,
];

#[cfg(test)]
mod tests {
    use super::REGISTERS;

    #[test]
    fn nothing_was_forgotten() {
        let faults: Vec<String> = REGISTERS.iter().flat_map(|register| register.faults()).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}
