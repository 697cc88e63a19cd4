//! The facts of each object on which rights depend, and the one condition that every query of a register is joined
//! with: what a [`Scope`] lets see, compiled to SQL.

use crate::StoreError;
use crate::columns::Place;
use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_rights::{Among, Branch, Guarded, InquiryPart, Kind, Object, Scope, Scoped, Standing, State, Whose};
use jiff::civil::Date;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, OnConflict, Query, SelectStatement};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "objects")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub world: String,
        pub owner: String,
        pub territory: String,
        pub tlp: i32,
        pub pap: i32,
        pub inquiry: Option<String>,
        pub nature: Option<String>,
        pub state: String,
        pub embargo: Option<String>,
        pub author: Option<String>,
        pub about: Option<String>,
        pub second: Option<String>,
        pub personal: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
use entity::Column;

/// A row of a register with the facts on which rights depend.
#[derive(Debug, Clone, PartialEq)]
pub struct Held<T> {
    /// The row.
    pub row: T,
    /// The facts.
    pub object: Object,
}

impl<T> Guarded for Held<T> {
    fn object(&self) -> &Object {
        &self.object
    }
}

/// Rows written by one statement: fifteen columns each, well under the parameter limit of either database.
const CHUNK: usize = 400;

/// Writes the facts of an object, new or changed.
pub(crate) async fn put(tx: &DatabaseTransaction, object: &Object) -> Result<(), StoreError> {
    let replace = OnConflict::columns([Column::Kind, Column::Id])
        .update_columns([
            Column::World,
            Column::Owner,
            Column::Territory,
            Column::Tlp,
            Column::Pap,
            Column::Inquiry,
            Column::Nature,
            Column::State,
            Column::Embargo,
            Column::Author,
            Column::About,
            Column::Second,
            Column::Personal,
        ])
        .to_owned();
    entity::Entity::insert(write(object))
        .on_conflict(replace)
        .exec_without_returning(tx)
        .await
        .map_err(StoreError::engine("write the facts of an object"))?;
    Ok(())
}

/// Writes the facts of objects that are not there yet.
pub(crate) async fn put_new(tx: &DatabaseTransaction, objects: &[Object]) -> Result<(), StoreError> {
    for chunk in objects.chunks(CHUNK) {
        entity::Entity::insert_many(chunk.iter().map(write))
            .exec_without_returning(tx)
            .await
            .map_err(StoreError::engine("write the facts of objects"))?;
    }
    Ok(())
}

/// Removes the facts of all objects of a kind.
pub(crate) async fn clear(tx: &DatabaseTransaction, kind: Kind) -> Result<(), StoreError> {
    entity::Entity::delete_many()
        .filter(Column::Kind.eq(kind.code()))
        .exec(tx)
        .await
        .map_err(StoreError::engine("remove the facts of objects"))?;
    Ok(())
}

/// The facts of one object, whoever asks: for those who check a right, never for those who show.
pub(crate) async fn find(db: &impl ConnectionTrait, kind: Kind, id: &str) -> Result<Option<Object>, StoreError> {
    let row = entity::Entity::find_by_id((kind.code().to_owned(), id.to_owned()))
        .one(db)
        .await
        .map_err(StoreError::engine("read the facts of an object"))?;
    row.map(read).transpose()
}

/// `row` with its facts, through the scope. The query that found it was joined with [`visible_ids`] already; the scope
/// is asked again over the facts, so that a fault in either shows nothing.
pub(crate) async fn held<T>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: &str,
    row: Option<T>,
) -> Result<Option<Scoped<Held<T>>>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let object = find(db, scope.kind(), id).await?;
    Ok(object.and_then(|object| scope.admit(Held { row, object })))
}

/// The identifiers of the objects that `scope` admits, as a subquery.
pub(crate) fn visible_ids(scope: &Scope) -> SelectStatement {
    Query::select()
        .column(Column::Id)
        .from(entity::Entity)
        .cond_where(
            Condition::all()
                .add(Column::Kind.eq(scope.kind().code()))
                .add(Column::World.eq(scope.world().code()))
                .add(admitted(scope, &COLUMNS)),
        )
        .to_owned()
}

/// Where the facts of an object stand in a table. What a table does not have, none of its objects have.
pub(crate) struct Columns<C> {
    pub(crate) id: C,
    pub(crate) owner: C,
    pub(crate) territory: C,
    pub(crate) tlp: C,
    pub(crate) pap: C,
    pub(crate) state: C,
    pub(crate) author: C,
    pub(crate) inquiry: Option<(C, C)>,
    pub(crate) embargo: Option<C>,
    pub(crate) about: Option<C>,
    pub(crate) second: Option<C>,
}

const COLUMNS: Columns<Column> = Columns {
    id: Column::Id,
    owner: Column::Owner,
    territory: Column::Territory,
    tlp: Column::Tlp,
    pap: Column::Pap,
    state: Column::State,
    author: Column::Author,
    inquiry: Some((Column::Inquiry, Column::Nature)),
    embargo: Some(Column::Embargo),
    about: Some(Column::About),
    second: Some(Column::Second),
};

/// What a scope lets see of a table whose rows are all of its kind and world.
pub(crate) fn admitted<C: ColumnTrait>(scope: &Scope, columns: &Columns<C>) -> Condition {
    let mut ways = Condition::any();
    for branch in scope.branches() {
        ways = ways.add(way(branch, scope.on(), columns));
    }
    // No way at all admits nothing; an empty `any` would admit everything.
    if scope.branches().len() == 0 { Condition::all().add(Expr::value(false)) } else { ways }
}

fn way<C: ColumnTrait>(branch: &Branch, on: Date, at: &Columns<C>) -> Condition {
    let mut all = Condition::all().add(at.tlp.lte(tlp_rank(branch.max_tlp))).add(at.pap.lte(pap_rank(branch.max_pap)));
    if let Among::Of(owners) = &branch.owners {
        all = all.add(at.owner.is_in(owners.iter().map(|owner| owner.as_str().to_owned())));
    }
    if let Among::Of(territories) = &branch.territories {
        all = all.add(at.territory.is_in(territories.iter().map(|territory| territory.code().to_owned())));
    }
    if let Among::Of(parts) = &branch.inquiries {
        let mut any = Condition::any().add(Expr::value(false));
        if let Some((inquiry_at, nature_at)) = &at.inquiry {
            for InquiryPart { inquiry, nature } in parts {
                any = any.add(Condition::all().add(inquiry_at.eq(inquiry.as_str())).add(nature_at.eq(nature.code())));
            }
        }
        all = all.add(any);
    }
    if let Among::Of(standings) = &branch.standings {
        let mut any = Condition::any().add(Expr::value(false));
        for standing in standings {
            any = any.add(standing_is(*standing, on, at));
        }
        all = all.add(any);
    }
    if let Among::Of(ids) = &branch.ids {
        all = all.add(at.id.is_in(ids.iter().map(|id| id.as_str().to_owned())));
    }
    for (column, whose) in
        [(Some(&at.author), &branch.author), (at.about.as_ref(), &branch.about), (at.second.as_ref(), &branch.second)]
    {
        all = match (whose, column) {
            (Whose::Anybody, _) | (Whose::NotOf(_), None) => all,
            (Whose::Is(_) | Whose::Another(_), None) => all.add(Expr::value(false)),
            (Whose::Is(person), Some(column)) => all.add(column.eq(person.as_str())),
            (Whose::Another(person), Some(column)) => all.add(column.is_not_null()).add(column.ne(person.as_str())),
            (Whose::NotOf(person), Some(column)) => {
                all.add(Condition::any().add(column.is_null()).add(column.ne(person.as_str())))
            }
        };
    }
    all
}

/// Stored states and the embargo, as standings on `on`. Days are ISO 8601 text: their order is that of time.
fn standing_is<C: ColumnTrait>(standing: Standing, on: Date, at: &Columns<C>) -> Condition {
    let state = |state: State| Condition::all().add(at.state.eq(state.code()));
    match (standing, &at.embargo) {
        (Standing::Draft, _) => state(State::Draft),
        (Standing::Submitted, _) => state(State::Submitted),
        (Standing::Approved, _) => state(State::Approved),
        (Standing::Closed, _) => state(State::Closed),
        (Standing::Embargoed, Some(embargo)) => state(State::Published).add(embargo.gt(on.to_string())),
        (Standing::Embargoed, None) => Condition::all().add(Expr::value(false)),
        (Standing::Published, Some(embargo)) => {
            state(State::Published).add(Condition::any().add(embargo.is_null()).add(embargo.lte(on.to_string())))
        }
        (Standing::Published, None) => state(State::Published),
    }
}

/// Ranks by which columns are compared: the higher the narrower the audience.
pub(crate) fn tlp_rank(tlp: Tlp) -> i32 {
    Tlp::ALL.iter().position(|other| *other == tlp).and_then(|rank| i32::try_from(rank).ok()).unwrap_or(i32::MAX)
}

pub(crate) fn pap_rank(pap: Pap) -> i32 {
    Pap::ALL.iter().position(|other| *other == pap).and_then(|rank| i32::try_from(rank).ok()).unwrap_or(i32::MAX)
}

fn write(object: &Object) -> entity::ActiveModel {
    entity::ActiveModel {
        kind: Set(object.kind.code().to_owned()),
        id: Set(object.id.as_str().to_owned()),
        world: Set(object.world.code().to_owned()),
        owner: Set(object.owner.as_str().to_owned()),
        territory: Set(object.territory.code().to_owned()),
        tlp: Set(tlp_rank(object.marking.tlp)),
        pap: Set(pap_rank(object.marking.pap)),
        inquiry: Set(object.inquiry.as_ref().map(|part| part.inquiry.as_str().to_owned())),
        nature: Set(object.inquiry.as_ref().map(|part| part.nature.code().to_owned())),
        state: Set(object.state.code().to_owned()),
        embargo: Set(object.embargo.map(|day| day.to_string())),
        author: Set(object.author.as_ref().map(|person| person.as_str().to_owned())),
        about: Set(object.about.as_ref().map(|person| person.as_str().to_owned())),
        second: Set(object.second.as_ref().map(|person| person.as_str().to_owned())),
        personal: Set(object.personal),
    }
}

fn read(row: entity::Model) -> Result<Object, StoreError> {
    let key = row.id.clone();
    let place = Place { table: "objects", row: &key };
    let rank = |rank: i32, column| usize::try_from(rank).map_err(|_| place.wrong(column));
    let territory: Territory = place.read("territory", &row.territory)?;
    let inquiry = match (&row.inquiry, &row.nature) {
        (Some(inquiry), Some(nature)) => {
            Some(InquiryPart { inquiry: place.read("inquiry", inquiry)?, nature: place.read("nature", nature)? })
        }
        (None, None) => None,
        _ => return Err(place.wrong("nature")),
    };
    Ok(Object {
        id: place.read("id", &row.id)?,
        kind: place.read("kind", &row.kind)?,
        world: place.read("world", &row.world)?,
        owner: place.read("owner", &row.owner)?,
        territory,
        marking: Marking {
            tlp: Tlp::ALL.get(rank(row.tlp, "tlp")?).copied().ok_or_else(|| place.wrong("tlp"))?,
            pap: Pap::ALL.get(rank(row.pap, "pap")?).copied().ok_or_else(|| place.wrong("pap"))?,
        },
        inquiry,
        state: place.read("state", &row.state)?,
        embargo: place.read_option("embargo", row.embargo.as_deref())?,
        author: place.read_option("author", row.author.as_deref())?,
        about: place.read_option("about", row.about.as_deref())?,
        second: place.read_option("second", row.second.as_deref())?,
        personal: row.personal,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use beffroi_ports::doubles::KeysInMemory;
    use beffroi_rights::{
        Act, Assignment, DataNature, Habilitation, Role, Service, ServiceId, ServiceLevel, ServiceTree, Subject,
        Territories, World, scope_of,
    };
    use jiff::civil::date;
    use rand::rngs::StdRng;
    use rand::seq::IndexedRandom;
    use rand::{Rng, SeedableRng};
    use std::collections::BTreeSet;
    use std::sync::Arc;

    const SERVICES: [&str; 4] = ["command", "region", "unit-a", "unit-b"];
    const PLACES: [&str; 6] = ["FR", "R53", "35", "22", "13", "NL"];
    const PERSONS: [&str; 3] = ["p1", "p2", "p3"];

    fn of<T: std::str::FromStr>(draw: &mut StdRng, all: &[&str]) -> T
    where
        T::Err: std::fmt::Debug,
    {
        all.choose(draw).unwrap().parse().unwrap()
    }

    fn maybe<T>(draw: &mut StdRng, make: impl FnOnce(&mut StdRng) -> T) -> Option<T> {
        if draw.random_bool(0.6) { Some(make(draw)) } else { None }
    }

    fn object(draw: &mut StdRng, n: usize) -> Object {
        let mut object = Object::new(
            format!("o{n}").parse().unwrap(),
            *Kind::ALL.choose(draw).unwrap(),
            *World::ALL.choose(draw).unwrap(),
            of(draw, &SERVICES),
            of(draw, &PLACES),
        );
        object.marking = Marking { tlp: *Tlp::ALL.choose(draw).unwrap(), pap: *Pap::ALL.choose(draw).unwrap() };
        object.state = *State::ALL.choose(draw).unwrap();
        object.embargo = maybe(draw, |draw| date(2026, 1, draw.random_range(10..20)));
        object.inquiry = maybe(draw, |draw| InquiryPart {
            inquiry: of(draw, &["i1", "i2"]),
            nature: *DataNature::ALL.choose(draw).unwrap(),
        });
        object.author = maybe(draw, |draw| of(draw, &PERSONS));
        object.about = maybe(draw, |draw| of(draw, &PERSONS));
        object.second = maybe(draw, |draw| of(draw, &PERSONS));
        object
    }

    fn subject(draw: &mut StdRng, tree: &ServiceTree) -> Subject {
        let person: beffroi_rights::PersonId = of(draw, &PERSONS);
        let given = (0..draw.random_range(1..4)).map(|_| {
            let role = *Role::ALL.choose(draw).unwrap();
            Assignment {
                role,
                world: *role.worlds().choose(draw).unwrap(),
                service: of(draw, &SERVICES),
                territories: Territories::of([of::<Territory>(draw, &PLACES)]),
                clearance: match role {
                    Role::SupervisingMagistrate => Marking::UNKNOWN,
                    _ => Marking { tlp: *Tlp::ALL.choose(draw).unwrap(), pap: *Pap::ALL.choose(draw).unwrap() },
                },
                from: date(2026, 1, 1),
                until: date(2026, 1, draw.random_range(5..30)),
            }
        });
        let given: Vec<Assignment> = given.collect();
        let opened = Habilitation {
            person: person.clone(),
            inquiry: of(draw, &["i1", "i2"]),
            natures: BTreeSet::from([*DataNature::ALL.choose(draw).unwrap()]),
            ends_on: date(2026, 1, draw.random_range(5..30)),
        };
        Subject::new(person, given, [opened], tree).unwrap()
    }

    async fn filled(seed: u64) -> (Store, Vec<Object>) {
        let mut draw = StdRng::seed_from_u64(seed);
        let store = Store::memory(Arc::new(KeysInMemory::new(seed))).await.unwrap();
        let objects: Vec<Object> = (0..800).map(|n| object(&mut draw, n)).collect();
        let tx = crate::store::begin(&store.core.db).await.unwrap();
        put_new(&tx, &objects).await.unwrap();
        tx.commit().await.unwrap();
        (store, objects)
    }

    async fn found(store: &Store, select: SelectStatement) -> BTreeSet<String> {
        let rows = store.core.db.query_all(&select).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect()
    }

    #[tokio::test]
    async fn the_compiled_condition_admits_exactly_what_the_scope_admits() {
        let (store, objects) = filled(1).await;
        let mut draw = StdRng::seed_from_u64(2);
        let level = |id: &str| {
            if id == "command" {
                ServiceLevel::Direction
            } else if id == "region" {
                ServiceLevel::Regional
            } else {
                ServiceLevel::Departmental
            }
        };
        let parent = |id: &str| match id {
            "command" => None,
            "region" => Some("command"),
            _ => Some("region"),
        };
        let tree = ServiceTree::new(SERVICES.map(|id| Service {
            id: id.parse().unwrap(),
            level: level(id),
            parent: parent(id).map(|parent| parent.parse::<ServiceId>().unwrap()),
        }))
        .unwrap();
        let (mut n_admitted, mut n_asked) = (0, 0);
        for _ in 0..150 {
            let subject = subject(&mut draw, &tree);
            for _ in 0..12 {
                let (act, world, kind) = (
                    *Act::ALL.choose(&mut draw).unwrap(),
                    *World::ALL.choose(&mut draw).unwrap(),
                    *Kind::ALL.choose(&mut draw).unwrap(),
                );
                let scope = scope_of(&subject, act, world, kind, date(2026, 1, 15));
                let said: BTreeSet<String> =
                    objects.iter().filter(|object| scope.admits(object)).map(|object| object.id.to_string()).collect();
                let compiled = found(&store, visible_ids(&scope)).await;
                assert!(compiled == said, "{act} {kind} {world}: {:?} and {:?}", compiled, said);
                n_admitted += said.len();
                n_asked += 1;
            }
        }
        assert!(n_admitted > 200 && n_asked == 1800, "{n_admitted} admitted in {n_asked} questions");
    }

    #[tokio::test]
    async fn what_is_read_back_is_what_was_written() {
        let (store, objects) = filled(3).await;
        for object in &objects {
            let back = find(&store.core.db, object.kind, object.id.as_str()).await.unwrap();
            assert_eq!(back.as_ref(), Some(object));
        }
    }

    #[tokio::test]
    async fn a_condition_that_is_forgotten_is_seen() {
        let (store, objects) = filled(4).await;
        let tree = ServiceTree::new([Service {
            id: "unit-a".parse().unwrap(),
            level: ServiceLevel::Departmental,
            parent: None,
        }])
        .unwrap();
        let given = Assignment {
            role: Role::Analyst,
            world: World::Coordination,
            service: "unit-a".parse().unwrap(),
            territories: Territories::of(["35".parse().unwrap()]),
            clearance: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
            from: date(2026, 1, 1),
            until: date(2026, 1, 31),
        };
        let subject = Subject::new("p1".parse().unwrap(), [given], [], &tree).unwrap();
        let scope = scope_of(&subject, Act::Read, World::Coordination, Kind::Signal, date(2026, 1, 15));
        let said = objects.iter().filter(|object| scope.admits(object)).count();
        // The same question with the conditions of the ways left out: the comparison above would have told.
        let careless = Query::select()
            .column(Column::Id)
            .from(entity::Entity)
            .cond_where(
                Condition::all()
                    .add(Column::Kind.eq(Kind::Signal.code()))
                    .add(Column::World.eq(World::Coordination.code())),
            )
            .to_owned();
        assert!(found(&store, careless).await.len() > said);
    }
}
