//! Many short lists of numbers in one allocation.

/// A list of numbers for each owner, itself a number.
///
/// Memberships and the like come in millions: a list of its own for each would cost more than what is in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// From pairs of owner and item: each item once, in ascending order.
    pub(crate) fn of_pairs(mut pairs: Vec<(u32, u32)>, owners: usize) -> Lists {
        pairs.sort_unstable();
        pairs.dedup();
        let mut starts = vec![0; owners + 1];
        for (owner, _) in &pairs {
            starts[*owner as usize + 1] += 1;
        }
        for owner in 0..owners {
            starts[owner + 1] += starts[owner];
        }
        Lists { starts, items: pairs.into_iter().map(|(_, item)| item).collect() }
    }

    /// The list of an owner; empty for one that is not known.
    pub(crate) fn of(&self, owner: usize) -> &[u32] {
        let bounds = self.starts.get(owner).zip(self.starts.get(owner + 1));
        bounds.and_then(|(start, end)| self.items.get(*start as usize..*end as usize)).unwrap_or(&[])
    }

    /// Whether nobody has an item.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Puts another number in the place of each.
    pub(crate) fn replace(&mut self, with: impl Fn(u32) -> u32) {
        self.items.iter_mut().for_each(|item| *item = with(*item));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_owner_has_its_items_once_and_in_order() {
        let mut lists = Lists::of_pairs(vec![(2, 7), (0, 9), (2, 3), (2, 7)], 3);
        assert_eq!([0, 1, 2, 3].map(|owner| lists.of(owner).to_vec()), [vec![9], vec![], vec![3, 7], vec![]]);
        lists.replace(|item| item + 1);
        assert_eq!(lists.of(2), [4, 8]);
        assert!(!lists.is_empty() && Lists::of_pairs(Vec::new(), 2).is_empty());
    }
}
