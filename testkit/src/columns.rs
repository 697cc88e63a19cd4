//! Small Parquet files of texts (one row group, plain, not compressed), which may lie about themselves.

/// A file under construction. Every number that it tells of itself may be replaced by a lie.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// The names of the columns.
    pub names: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// How long the pages say they are once unpacked.
    pub unpacked: Option<i32>,
    /// How long the pages say they are as they are stored.
    pub packed: Option<i32>,
    /// How many values the pages and the columns say they hold.
    pub values: Option<i32>,
    /// How many rows the file says it has.
    pub count: Option<i64>,
    /// Where the columns say that they begin.
    pub offset: Option<i64>,
    /// How long the columns say they are.
    pub length: Option<i64>,
    /// How the pages say they are packed: 0 not, 1 Snappy, 2 gzip, 4 Brotli.
    pub codec: i32,
    /// What stands in the place of each page.
    pub page: Option<Vec<u8>>,
}

impl Columns {
    /// An honest file of those rows, the first of which names the columns.
    pub fn of_rows(rows: &[&[&str]]) -> Self {
        let texts = |row: &&[&str]| row.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let mut rows: Vec<Vec<String>> = rows.iter().map(texts).collect();
        let names = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
        Self { names, rows, ..Self::default() }
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = b"PAR1".to_vec();
        let count = i32::try_from(self.rows.len()).unwrap_or(i32::MAX);
        let values = self.values.unwrap_or(count);
        let mut chunks = Vec::new();
        for (place, name) in self.names.iter().enumerate() {
            let start = out.len() as i64;
            let body = self.page.clone().unwrap_or_else(|| {
                self.rows.iter().fold(Vec::new(), |mut body, row| {
                    let text = row.get(place).map(String::as_str).unwrap_or_default();
                    body.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
                    body.extend_from_slice(text.as_bytes());
                    body
                })
            });
            let length = i32::try_from(body.len()).unwrap_or(i32::MAX);
            let mut head = Struct::default();
            head.int(1, 0).int(2, self.unpacked.unwrap_or(length).into()).int(3, self.packed.unwrap_or(length).into());
            let mut data = Struct::default();
            data.int(1, values.into()).int(2, 0).int(3, 3).int(4, 3);
            head.structure(5, data);
            out.extend(head.end());
            out.extend_from_slice(&body);
            let whole = out.len() as i64 - start;
            let mut column = Struct::default();
            column
                .int(1, 6)
                .list(2, 5, &[number(0)])
                .list(3, 8, &[text(name)])
                .int(4, self.codec.into())
                .long(5, values.into())
                .long(6, whole)
                .long(7, self.length.unwrap_or(whole))
                .long(9, self.offset.unwrap_or(start));
            let mut chunk = Struct::default();
            chunk.long(2, start).structure(3, column);
            chunks.push(chunk.end());
        }
        let rows = self.count.unwrap_or(count.into());
        let mut group = Struct::default();
        group.list(1, 12, &chunks).long(2, out.len() as i64).long(3, rows);
        let mut root = Struct::default();
        root.bytes(4, b"schema").int(5, self.names.len() as i64);
        let mut schema = vec![root.end()];
        for name in &self.names {
            let mut leaf = Struct::default();
            leaf.int(1, 6).int(3, 0).bytes(4, name.as_bytes()).int(6, 0);
            schema.push(leaf.end());
        }
        let mut meta = Struct::default();
        meta.int(1, 1).list(2, 12, &schema).long(3, rows).list(4, 12, &[group.end()]);
        with_footer(out, &meta.end())
    }
}

/// A file of those pages, whose metadata are given.
pub fn with_footer(mut out: Vec<u8>, meta: &[u8]) -> Vec<u8> {
    out.extend_from_slice(meta);
    out.extend_from_slice(&u32::try_from(meta.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(b"PAR1");
    out
}

/// A structure of the Thrift compact protocol.
#[derive(Debug, Default)]
struct Struct {
    out: Vec<u8>,
    last: i64,
}

impl Struct {
    fn head(&mut self, field: i64, kind: u8) {
        let delta = u8::try_from(field - self.last).unwrap_or_default();
        self.out.push((delta << 4) | kind);
        self.last = field;
    }

    fn int(&mut self, field: i64, value: i64) -> &mut Self {
        self.head(field, 5);
        self.out.extend(number(value));
        self
    }

    fn long(&mut self, field: i64, value: i64) -> &mut Self {
        self.head(field, 6);
        self.out.extend(number(value));
        self
    }

    fn bytes(&mut self, field: i64, bytes: &[u8]) -> &mut Self {
        self.head(field, 8);
        self.out.extend(length(bytes.len() as u64));
        self.out.extend_from_slice(bytes);
        self
    }

    fn list(&mut self, field: i64, kind: u8, items: &[Vec<u8>]) -> &mut Self {
        self.head(field, 9);
        match u8::try_from(items.len()) {
            Ok(short) if short < 15 => self.out.push((short << 4) | kind),
            _ => {
                self.out.push(0xf0 | kind);
                self.out.extend(length(items.len() as u64));
            }
        }
        items.iter().for_each(|item| self.out.extend_from_slice(item));
        self
    }

    fn structure(&mut self, field: i64, inner: Self) -> &mut Self {
        self.head(field, 12);
        self.out.extend(inner.end());
        self
    }

    fn end(self) -> Vec<u8> {
        let mut out = self.out;
        out.push(0);
        out
    }
}

fn text(text: &str) -> Vec<u8> {
    [length(text.len() as u64).as_slice(), text.as_bytes()].concat()
}

fn number(value: i64) -> Vec<u8> {
    length(((value << 1) ^ (value >> 63)) as u64)
}

fn length(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}
