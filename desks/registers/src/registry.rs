//! Every register of the house.

use beffroi_register::Register;

/// The registers that there are, by name.
#[derive(Debug, Clone, Default)]
pub struct Registry(Vec<&'static Register>);

impl Registry {
    /// The registers of these lists: one a desk.
    pub fn of(lists: &[&'static [&'static Register]]) -> Self {
        let mut all: Vec<&'static Register> = lists.iter().flat_map(|list| list.iter().copied()).collect();
        all.sort_by_key(|register| register.name);
        Self(all)
    }

    /// All of them, by name.
    pub fn all(&self) -> impl Iterator<Item = &'static Register> {
        self.0.iter().copied()
    }

    /// The register of that name.
    pub fn get(&self, name: &str) -> Option<&'static Register> {
        self.all().find(|register| register.name == name)
    }

    /// The register whose references look like this one.
    pub fn of_reference(&self, reference: &str) -> Option<&'static Register> {
        self.all().find(|register| register.is_reference(reference))
    }

    /// Everything wrong in the declarations and between them; a test asks it of the house.
    pub fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> = self.all().flat_map(Register::faults).collect();
        faults.extend(Register::faults_between(&self.0));
        faults
    }
}
