//! The tree of services: ministry, directions, regional and departmental services.

use crate::ids::ServiceId;
use crate::words::words;
use std::collections::{BTreeMap, BTreeSet};

/// Most services a tree may hold.
const MAX_SERVICES: usize = 100_000;

words! {
    /// How high a service stands.
    ServiceLevel, "service level" {
        /// The ministry.
        Ministry = "ministry",
        /// A direction, or a service of national competence.
        Direction = "direction",
        /// A regional service.
        Regional = "regional",
        /// A departmental service or unit.
        Departmental = "departmental",
    }
}

/// One service and what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Which.
    pub id: ServiceId,
    /// How high it stands.
    pub level: ServiceLevel,
    /// The service it belongs to; nothing at the top of a tree.
    pub parent: Option<ServiceId>,
}

/// Why services make no tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// The same service stands twice.
    #[error("service `{0}` stands twice in the tree: keep one line")]
    Twice(ServiceId),
    /// A parent that nobody declares.
    #[error("service `{service}` belongs to `{parent}`, which is not in the tree: declare it first")]
    UnknownParent {
        /// The service.
        service: ServiceId,
        /// What it says it belongs to.
        parent: ServiceId,
    },
    /// A parent that does not stand above.
    #[error("service `{service}` ({level}) cannot belong to `{parent}` ({parent_level}): a parent stands higher")]
    NotAbove {
        /// The service.
        service: ServiceId,
        /// How high it stands.
        level: ServiceLevel,
        /// What it says it belongs to.
        parent: ServiceId,
        /// How high that one stands.
        parent_level: ServiceLevel,
    },
    /// More services than a tree may hold.
    #[error("more than {MAX_SERVICES} services: no tree of services is that large")]
    TooMany,
}

/// Services and what each belongs to. A parent always stands strictly higher, so there is no circle.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceTree {
    services: BTreeMap<ServiceId, Service>,
    children: BTreeMap<ServiceId, Vec<ServiceId>>,
}

impl ServiceTree {
    /// Checks and keeps `services`, given in any order.
    pub fn new(services: impl IntoIterator<Item = Service>) -> Result<Self, ServiceError> {
        let mut tree = Self::default();
        for service in services {
            if tree.services.len() >= MAX_SERVICES {
                return Err(ServiceError::TooMany);
            }
            if let Some(twice) = tree.services.insert(service.id.clone(), service) {
                return Err(ServiceError::Twice(twice.id));
            }
        }
        for service in tree.services.values() {
            let Some(parent_id) = &service.parent else { continue };
            let Some(parent) = tree.services.get(parent_id) else {
                return Err(ServiceError::UnknownParent { service: service.id.clone(), parent: parent_id.clone() });
            };
            if parent.level >= service.level {
                return Err(ServiceError::NotAbove {
                    service: service.id.clone(),
                    level: service.level,
                    parent: parent_id.clone(),
                    parent_level: parent.level,
                });
            }
            tree.children.entry(parent_id.clone()).or_default().push(service.id.clone());
        }
        Ok(tree)
    }

    /// Every service, by identifier.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.services.values()
    }

    /// The service `id`, if the tree holds it.
    pub fn get(&self, id: &ServiceId) -> Option<&Service> {
        self.services.get(id)
    }

    /// What `id` belongs to, from the nearest to the top; without `id` itself.
    pub fn ancestors<'a>(&'a self, id: &ServiceId) -> impl Iterator<Item = &'a Service> {
        let above = |service: &'a Service| self.services.get(service.parent.as_ref()?);
        std::iter::successors(self.services.get(id).and_then(above), move |service| above(service))
    }

    /// `id` and everything that belongs to it; empty when the tree does not hold it.
    pub fn subtree(&self, id: &ServiceId) -> BTreeSet<ServiceId> {
        let mut found = BTreeSet::new();
        let mut todo: Vec<&ServiceId> = self.services.get_key_value(id).map(|(known, _)| known).into_iter().collect();
        while let Some(next) = todo.pop() {
            if found.insert(next.clone()) {
                todo.extend(self.children.get(next).into_iter().flatten());
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(id: &str, level: ServiceLevel, parent: Option<&str>) -> Service {
        Service { id: id.parse().unwrap(), level, parent: parent.map(|p| p.parse().unwrap()) }
    }

    #[test]
    fn ancestors_and_descendants() {
        use ServiceLevel::{Departmental, Direction, Ministry, Regional};
        let tree = ServiceTree::new([
            service("d-53", Departmental, Some("r-52")),
            service("r-52", Regional, Some("gn")),
            service("r-84", Regional, Some("gn")),
            service("gn", Direction, Some("min")),
            service("pn", Direction, Some("min")),
            service("min", Ministry, None),
        ])
        .unwrap();
        let names = |ids: Vec<&ServiceId>| ids.iter().map(|i| i.to_string()).collect::<Vec<_>>();
        let d53 = "d-53".parse().unwrap();
        assert_eq!(names(tree.ancestors(&d53).map(|s| &s.id).collect()), ["r-52", "gn", "min"]);
        assert_eq!(names(tree.subtree(&"gn".parse().unwrap()).iter().collect()), ["d-53", "gn", "r-52", "r-84"]);
        assert!(tree.subtree(&"nobody".parse().unwrap()).is_empty());
        assert_eq!(tree.ancestors(&"nobody".parse().unwrap()).count(), 0);
    }

    #[test]
    fn circles_orphans_and_twins_are_refused() {
        use ServiceLevel::{Direction, Regional};
        let circle = [service("a", Regional, Some("b")), service("b", Regional, Some("a"))];
        assert!(matches!(ServiceTree::new(circle), Err(ServiceError::NotAbove { .. })));
        assert!(matches!(
            ServiceTree::new([service("a", Regional, Some("b"))]),
            Err(ServiceError::UnknownParent { .. })
        ));
        let twins = [service("a", Direction, None), service("a", Regional, None)];
        assert!(matches!(ServiceTree::new(twins), Err(ServiceError::Twice(_))));
    }
}
