//! People as rows and inputs as columns: which values each of them has. A value that many have is looked up once.

use super::distinct::{By, Distinct};
use super::index::Lookup;
use super::inputs::Extent;
use super::plain::Inputs;
use super::program::{Lead, Leads, Program};

/// What people or groups have, at one kind of event.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Whether SCIM creates the users.
    at_create: bool,
    columns: Vec<Distinct>,
    /// For each row, a cell for each column.
    cells: Vec<Cell>,
    /// The values of the cells, by their numbers in their columns.
    values: Vec<u32>,
    lookup: Lookup,
}

/// What a row has in a column.
#[derive(Clone, Copy, Debug)]
struct Cell {
    known: Values,
    /// Where its values end; they begin where those of the cell before end. Values that pass nothing are left out.
    end: u32,
}

/// What is known of the values of an input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values {
    pub(super) extent: Extent,
    /// How many there are.
    pub(super) count: u32,
}

impl Table {
    pub(super) fn new(program: &Program, at_create: bool) -> Table {
        let columns = vec![Distinct::default(); program.columns.len()];
        Table { at_create, columns, cells: Vec::new(), values: Vec::new(), lookup: Lookup::default() }
    }

    /// Adds a row, and looks up the values that no row before had.
    pub(super) fn push(&mut self, program: &Program, inputs: &Inputs<'_>) {
        let Table { at_create, columns, cells, values, lookup } = self;
        let leads = &|atoms: &_| program.leads(*at_create, atoms);
        for ((column, index), distinct) in program.columns.iter().zip(&program.indexes).zip(columns) {
            let by = &mut By { index, lookup, leads };
            let mut count = 0;
            let extent = inputs.each(&column.input, &mut |datum| {
                count += 1;
                if !index.is_empty() {
                    values.extend(distinct.number(&datum, by));
                }
            });
            cells.push(Cell { known: Values { extent, count }, end: number(values.len()) });
        }
    }

    /// Takes all rows out. Values that are likely to come again are remembered.
    pub(super) fn clear(&mut self) {
        self.columns.iter_mut().for_each(Distinct::forget);
        self.cells.clear();
        self.values.clear();
    }

    /// One of the rows.
    pub(super) fn row(&self, index: usize) -> Row<'_> {
        let width = self.columns.len();
        let first = index * width;
        let from = first.checked_sub(1).map_or(0, |before| self.cells[before].end);
        Row {
            at_create: self.at_create,
            columns: &self.columns,
            cells: &self.cells[first..first + width],
            values: &self.values,
            from,
        }
    }
}

/// What one person or group has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'t> {
    pub(super) at_create: bool,
    columns: &'t [Distinct],
    cells: &'t [Cell],
    values: &'t [u32],
    from: u32,
}

impl<'t> Row<'t> {
    /// How many columns there are.
    pub(super) fn width(&self) -> u32 {
        number(self.cells.len())
    }

    /// What is known of the values in a column.
    pub(super) fn known(&self, column: u32) -> Values {
        self.cells[column as usize].known
    }

    /// The values in a column that pass anything, by their numbers.
    pub(super) fn values(&self, column: u32) -> (&'t Distinct, &'t [u32]) {
        let column = column as usize;
        let from = column.checked_sub(1).map_or(self.from, |before| self.cells[before].end);
        (&self.columns[column], &self.values[from as usize..self.cells[column].end as usize])
    }

    /// The first rules that wait for what the row has, and whether more values may be there.
    pub(super) fn leads(&self) -> (Leads, bool) {
        let (mut leads, mut is_open) = ([Lead::NONE; _], false);
        let mut from = self.from as usize;
        for (cell, distinct) in self.cells.iter().zip(self.columns) {
            // Of what Foundry lacks, rules wait for nothing.
            is_open |= cell.known.extent == Extent::AtLeast;
            let to = cell.end as usize;
            let values = &self.values[from..to];
            if !values.is_empty() {
                for (place, lead) in leads.iter_mut().enumerate() {
                    *lead = lead.first(distinct.lead(place, values));
                }
            }
            from = to;
        }
        (leads, is_open)
    }
}

/// A table holds fewer values than this counts: its people are in memory.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
