//! What the registers keep about persons beside the journal: when each last looked, openings in an emergency, requests to
//! reveal, who made an exercise, and the addresses of recipients who have left the list. Counted by group, erased together.
//!
//! The mark of an exercise itself is never taken out, nor the line of a recipient, to whom acknowledgements refer: what
//! goes is what names or reaches a person.

use super::Kept;
use crate::write::{By, Done, WriteKey};
use crate::{Store, StoreError, sql};
use beffroi_journal::Act;
use jiff::civil::Date;
use sea_orm::{DatabaseTransaction, Value};

/// Groups by month: reference before the month, basis, whether the day is that of the closing, query of month, last day
/// and number of rows.
pub(super) const GROUPS: [(&str, &str, bool, &str); 5] = [
    (
        "looks/",
        "looks",
        false,
        "SELECT substr(at, 1, 7) AS g, MAX(substr(at, 1, 10)) AS d, COUNT(*) AS n FROM looks GROUP BY 1 ORDER BY 1",
    ),
    (
        "openings/",
        "journal",
        false,
        "SELECT substr(opened_at, 1, 7) AS g, MAX(substr(opened_at, 1, 10)) AS d, COUNT(*) AS n FROM openings GROUP BY 1 ORDER BY 1",
    ),
    (
        "reveals/",
        "journal",
        false,
        "SELECT substr(asked_at, 1, 7) AS g, MAX(substr(asked_at, 1, 10)) AS d, COUNT(*) AS n FROM reveals GROUP BY 1 ORDER BY 1",
    ),
    (
        "exercise/",
        "exercise",
        false,
        "SELECT substr(made_at, 1, 7) AS g, MAX(substr(made_at, 1, 10)) AS d, COUNT(*) AS n FROM exercise WHERE made_by <> '' GROUP BY 1 ORDER BY 1",
    ),
    (
        "recipients/listed-",
        "recipients",
        false,
        "SELECT substr(since, 1, 4) AS g, MAX(since) AS d, COUNT(*) AS n FROM recipients WHERE until_day IS NULL GROUP BY 1 ORDER BY 1",
    ),
];

/// What an address is made of: a recipient whose columns are all empty has none left.
const ADDRESSED: &str = "(mail IS NOT NULL OR webhook IS NOT NULL OR account IS NOT NULL OR unreachable IS NOT NULL)";

/// What is done to the rows of a group whose month is `$1`.
fn statements(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "looks" => &["DELETE FROM looks WHERE substr(at, 1, 7) = $1"],
        // What was addressed about an opening or a request names who asked: it goes first.
        "openings" => &[
            "DELETE FROM notices WHERE about IN (SELECT id FROM openings WHERE substr(opened_at, 1, 7) = $1)",
            "DELETE FROM openings WHERE substr(opened_at, 1, 7) = $1",
        ],
        "reveals" => &[
            "DELETE FROM notices WHERE about IN (SELECT id FROM reveals WHERE substr(asked_at, 1, 7) = $1)",
            "DELETE FROM reveals WHERE substr(asked_at, 1, 7) = $1",
        ],
        "exercise" => &["UPDATE exercise SET made_by = '' WHERE substr(made_at, 1, 7) = $1"],
        // What servers of mail answered may hold the address.
        "recipients" => &[
            "UPDATE handovers SET note = NULL WHERE recipient IN (SELECT id FROM recipients WHERE substr(until_day, 1, 7) = $1)",
            "UPDATE recipients SET name = id, mail = NULL, webhook = NULL, account = NULL, unreachable = NULL WHERE substr(until_day, 1, 7) = $1",
        ],
        _ => return None,
    })
}

impl Store {
    /// The recipients that have left the list and still have an address, by the month of their last day.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a day that cannot be read back.
    pub(super) async fn recipients_left(&self) -> Result<Vec<Kept>, StoreError> {
        let ask = format!(
            "SELECT substr(until_day, 1, 7) AS g, MAX(until_day) AS d, MAX(since) AS s, COUNT(*) AS n FROM recipients
             WHERE until_day IS NOT NULL AND {ADDRESSED} GROUP BY 1 ORDER BY 1"
        );
        let rows = sql::rows(&self.core.db, "count what it keeps", &ask, []).await?;
        let mut kept = Vec::new();
        for row in &rows {
            let (month, day): (String, String) = (sql::get(row, "g")?, sql::get(row, "d")?);
            let wrong = || StoreError::Inconsistent { table: "recipients", column: "until_day", row: month.clone() };
            let last: Date = day.parse().map_err(|_| wrong())?;
            let count = u64::try_from(sql::get::<i64>(row, "n")?).map_err(|_| wrong())?;
            let what = format!("recipients/{month}");
            kept.push(Kept { what, basis: "recipients".to_owned(), count, last, closed: true });
        }
        Ok(kept)
    }

    /// Erases a group of [`Store::retention_counts`]: `looks/2026-05`, `openings/2023-11`, `reveals/2023-11`,
    /// `exercise/2025-11`, `recipients/2025-11` (of which the addresses go, and the names). Gives how many rows it
    /// touched; asked again, it touches none.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for what is no such group; the engine's.
    pub async fn told_erase(&self, group: &str, by: &By) -> Result<u64, StoreError> {
        let none = || StoreError::Refused { what: "group of rows", reason: "there is no such group".to_owned() };
        let (kind, month) = group.split_once('/').ok_or_else(none)?;
        let statements = statements(kind).ok_or_else(none)?;
        let is_month = month.len() == 7 && format!("{month}-01").parse::<Date>().is_ok();
        if !is_month {
            return Err(none());
        }
        let entry = by.entry(Act::Erase, kind, month);
        let own = by.clone().with_key(WriteKey::draw());
        let month = month.to_owned();
        let told = self
            .write(&own, "told-erase", group.to_owned(), move |tx| {
                Box::pin(async move {
                    let n = erase(tx, statements, &month).await?;
                    Ok(Done::with(entry).telling(vec![n]))
                })
            })
            .await?;
        self.core.empty_log().await?;
        Ok(told.get(0).and_then(serde_json::Value::as_u64).unwrap_or(0))
    }
}

/// Does what is to be done to a month; gives how many rows the last statement touched, which is the one that counts.
async fn erase(tx: &DatabaseTransaction, statements: &[&str], month: &str) -> Result<u64, StoreError> {
    let mut n = 0;
    for statement in statements {
        n = sql::run(tx, "erase what is past its term", statement, [Value::from(month)]).await?;
    }
    Ok(n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_ports::doubles::KeysInMemory;
    use std::sync::Arc;

    fn by(who: &str, at: &str) -> By {
        By::new(who, at.parse().unwrap())
    }

    async fn store() -> Store {
        Store::memory(Arc::new(KeysInMemory::new(1))).await.unwrap()
    }

    async fn rows(store: &Store, ask: &str) -> i64 {
        let rows = sql::rows(&store.core.db, "count", ask, []).await.unwrap();
        sql::get(&rows[0], "n").unwrap()
    }

    async fn run(store: &Store, statement: &str) {
        sql::run(&store.core.db, "prepare", statement, []).await.unwrap();
    }

    async fn groups(store: &Store) -> Vec<(String, String, u64, bool)> {
        let kept = store.retention_counts().await.unwrap().into_iter();
        kept.filter(|kept| !kept.what.starts_with("journal/"))
            .map(|kept| (kept.what, kept.basis, kept.count, kept.closed))
            .collect()
    }

    fn line(what: &str, basis: &str, n: u64, closed: bool) -> (String, String, u64, bool) {
        (what.to_owned(), basis.to_owned(), n, closed)
    }

    #[tokio::test]
    async fn looks_are_erased_by_month_and_the_next_month_stays() {
        let store = store().await;
        for (who, at) in [("a", "2026-01-05T09:00:00Z"), ("b", "2026-01-31T09:00:00Z"), ("c", "2026-02-01T09:00:00Z")] {
            store.looked(at.parse().unwrap(), &by(who, at)).await.unwrap();
        }
        assert_eq!(
            groups(&store).await,
            [line("looks/2026-01", "looks", 2, false), line("looks/2026-02", "looks", 1, false)]
        );
        assert_eq!(store.told_erase("looks/2026-01", &by("cli", "2026-11-23T09:00:00Z")).await.unwrap(), 2);
        assert_eq!(groups(&store).await, [line("looks/2026-02", "looks", 1, false)]);
        assert_eq!(store.told_erase("looks/2026-01", &by("cli", "2026-11-23T09:00:01Z")).await.unwrap(), 0);
        assert!(store.looked_at(&"a".parse().unwrap()).await.unwrap().is_none());
        assert!(store.looked_at(&"c".parse().unwrap()).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn openings_and_reveals_go_with_what_was_told_of_them() {
        let store = store().await;
        for (id, month) in [("o1", "2023-11"), ("o2", "2023-12")] {
            run(
                &store,
                &format!(
                    "INSERT INTO openings (id, person, object, reason, opened_at, until_at, notified, review_by, kind)
                     VALUES ('{id}', 'p-{id}', 'SER-1', 'canary-{id}', '{month}-10T09:00:00.000000Z', '{month}-10T13:00:00.000000Z', 'n', '{month}-11', 'series')"
                ),
            )
            .await;
            let reveal = id.replace('o', "r");
            run(
                &store,
                &format!(
                    "INSERT INTO reveals (id, person, kind, object, asked_at, state)
                     VALUES ('{reveal}', 'p-{id}', 'series', 'SER-1', '{month}-10T09:00:00.000000Z', 'refused')"
                ),
            )
            .await;
            for about in [id, &reveal] {
                run(
                    &store,
                    &format!(
                        "INSERT INTO notices (id, person, what, about, at) VALUES ('n-{about}', 'n', 'x', '{about}', '{month}-10T09:00:00.000000Z')"
                    ),
                )
                .await;
            }
        }
        let all = groups(&store).await;
        assert_eq!(all.len(), 4, "{all:?}");
        assert!(all.iter().all(|(_, basis, n, closed)| basis == "journal" && *n == 1 && !closed), "{all:?}");
        for group in ["openings/2023-11", "reveals/2023-11"] {
            assert_eq!(store.told_erase(group, &by("cli", "2026-11-23T09:00:00Z")).await.unwrap(), 1, "{group}");
        }
        assert_eq!(
            groups(&store).await,
            [line("openings/2023-12", "journal", 1, false), line("reveals/2023-12", "journal", 1, false)]
        );
        assert_eq!(rows(&store, "SELECT COUNT(*) AS n FROM notices").await, 2);
        assert_eq!(rows(&store, "SELECT COUNT(*) AS n FROM notices WHERE about IN ('o1', 'r1')").await, 0);
    }

    #[tokio::test]
    async fn who_left_the_list_loses_the_address_and_who_is_on_it_does_not() {
        let store = store().await;
        for (id, until) in [("gone", "'2025-10-31'"), ("later", "'2026-10-31'"), ("listed", "NULL")] {
            run(
                &store,
                &format!(
                    "INSERT INTO recipients (id, name, direction, service, kind, mail, webhook, channels, account, tlp, pap, vocabulary, lang, since, until_day, exercise, unreachable, forms)
                     VALUES ('{id}', 'canary {id}', 'D', 'S', 'person', '{id}@d.example', 'https://{id}.example/', 'mail', '{id}', 'GREEN', 'GREEN', 'tlp2', 'fr', '2020-01-01', {until}, FALSE, '550 {id}@d.example', '')"
                ),
            )
            .await;
        }
        assert_eq!(
            groups(&store).await,
            [
                line("recipients/2025-10", "recipients", 1, true),
                line("recipients/2026-10", "recipients", 1, true),
                line("recipients/listed-2020", "recipients", 1, false)
            ]
        );
        assert_eq!(store.told_erase("recipients/2025-10", &by("cli", "2026-11-23T09:00:00Z")).await.unwrap(), 1);
        let left = store.recipients().await.unwrap();
        let of = |id: &str| left.iter().find(|row| row.id == id).unwrap();
        let gone = of("gone");
        assert_eq!((gone.name.as_str(), &gone.mail, &gone.webhook, &gone.account), ("gone", &None, &None, &None));
        assert_eq!(gone.unreachable, None);
        for id in ["later", "listed"] {
            assert!(of(id).mail.is_some() && of(id).name.starts_with("canary"), "{id}");
        }
        assert!(groups(&store).await.iter().all(|(what, ..)| what != "recipients/2025-10"), "it is held no more");
        // Nobody on the list is a group that can be erased.
        assert!(store.told_erase("recipients/listed-2020", &by("cli", "2026-11-23T09:00:00Z")).await.is_err());
    }

    #[tokio::test]
    async fn who_made_an_exercise_is_forgotten_and_the_mark_stays() {
        let store = store().await;
        store.exercise_mark("essai", &by("direction", "2025-10-31T09:00:00Z")).await.unwrap();
        assert_eq!(groups(&store).await, [line("exercise/2025-10", "exercise", 1, false)]);
        assert_eq!(store.told_erase("exercise/2025-10", &by("cli", "2026-11-23T09:00:00Z")).await.unwrap(), 1);
        assert!(groups(&store).await.is_empty());
        assert_eq!(rows(&store, "SELECT COUNT(*) AS n FROM exercise WHERE name = 'essai' AND made_by = ''").await, 1);
        assert!(store.is_exercise());
    }

    #[tokio::test]
    async fn what_is_no_group_is_refused() {
        let store = store().await;
        for wrong in
            ["looks", "looks/", "looks/2026", "looks/2026-13", "looks/2026-1%", "notices/2026-01", "sessions/2026-01"]
        {
            assert!(store.told_erase(wrong, &by("cli", "2026-11-23T09:00:00Z")).await.is_err(), "{wrong}");
        }
    }
}
