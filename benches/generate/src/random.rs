//! Numbers from a seed: the same on every machine, so integers only.

/// A stream of numbers. Every thing that is generated (a user, a group's name, a rule) has a stream of its own, so it
/// comes out the same however many others are generated, and in which order.
///
/// The generator is SplitMix64 (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
#[derive(Debug, Clone)]
pub struct Stream(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The share of each octave of ranks when ranks thin out as rank to the power of -0.8: octave `k` holds the ranks from
/// `2^k - 1` up to `2^(k+1) - 2`, and its share grows by `2^0.2`. As integers, since `powf` differs between machines.
const OCTAVES: [u32; 24] = [
    100, 115, 132, 152, 174, 200, 230, 264, 303, 348, 400, 459, 528, 606, 696, 800, 919, 1056, 1213, 1393, 1600, 1838,
    2111, 2425,
];

impl Stream {
    /// The stream of one thing: its kind, and which of that kind.
    pub fn new(seed: u64, kind: &str, index: u64) -> Stream {
        let kind = kind.bytes().fold(0, |hash, byte| mix(hash ^ u64::from(byte)));
        Stream(mix(mix(seed.wrapping_add(GOLDEN)) ^ kind) ^ mix(index.wrapping_mul(GOLDEN)))
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number below a bound; 0 where the bound is 0. The bias is below one in 2^32 for the bounds of this package.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// True in so many of a thousand cases.
    pub fn per_mille(&mut self, share: usize) -> bool {
        self.below(1000) < share
    }

    /// One of several.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// A rank below a bound, low ones far likelier: how people spread over companies, departments and groups.
    pub fn rank(&mut self, bound: usize) -> usize {
        if bound < 2 {
            return 0;
        }
        let octaves = &OCTAVES[..OCTAVES.len().min(bound.ilog2() as usize + 1)];
        loop {
            let mut at = self.below(octaves.iter().sum::<u32>() as usize) as u32;
            let octave = octaves.iter().position(|share| {
                let found = at < *share;
                at = at.saturating_sub(*share);
                found
            });
            let first = (1 << octave.unwrap_or(0)) - 1;
            let rank = first + self.below(first + 1);
            if rank < bound {
                return rank;
            }
        }
    }

    /// Puts things in a random order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for index in (1..things.len()).rev() {
            things.swap(index, self.below(index + 1));
        }
    }

    /// A version 4 UUID.
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.bits(), self.bits());
        let (a, b, c) = (high >> 32, (high >> 16) & 0xffff, high & 0xfff);
        let (d, e) = ((low >> 48) & 0x3fff | 0x8000, low & 0xffff_ffff_ffff);
        format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}")
    }
}

/// Visits the numbers below a bound in an order that looks random, each once before any comes again.
#[derive(Debug, Clone)]
pub(crate) struct Rotation {
    bound: usize,
    step: usize,
    at: usize,
}

impl Rotation {
    pub(crate) fn new(seed: u64, kind: &str, bound: usize) -> Rotation {
        let mut stream = Stream::new(seed, kind, 0);
        let at = stream.below(bound);
        let mut step = 1 + stream.below(bound.saturating_sub(1));
        while common_divisor(step, bound) != 1 {
            step = step % bound + 1;
        }
        Rotation { bound, step, at }
    }

    pub(crate) fn next(&mut self) -> usize {
        self.at = (self.at + self.step) % self.bound;
        self.at
    }
}

fn common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn these_are_the_numbers_of_splitmix64() {
        let mut stream = Stream(1_234_567);
        let numbers: Vec<u64> = (0..3).map(|_| stream.bits()).collect();
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn kinds_and_things_have_their_own_streams() {
        let first = |seed, kind, index| Stream::new(seed, kind, index).bits();
        let all = [first(1, "a", 0), first(1, "a", 1), first(1, "b", 0), first(2, "a", 0)];
        for (index, one) in all.iter().enumerate() {
            assert!(!all[index + 1..].contains(one));
        }
        assert_eq!(first(1, "a", 1), first(1, "a", 1));
    }

    #[test]
    fn ranks_stay_below_the_bound_and_thin_out() {
        for bound in [0, 1, 2, 3, 7, 8, 1000, 6000] {
            let mut stream = Stream::new(5, "rank", bound as u64);
            let mut counts = vec![0_u32; bound.max(1)];
            (0..50_000).for_each(|_| counts[stream.rank(bound)] += 1);
            let half = counts.len() / 2;
            let low: u32 = counts[..half].iter().sum();
            assert!(bound < 4 || low > 25_000, "{bound}: {low} of 50,000 in the lower half");
            assert!(bound < 2 || counts[0] > counts[bound - 1], "{bound}");
        }
    }

    #[test]
    fn a_rotation_visits_each_once() {
        for bound in [1, 2, 3, 10, 360, 4000] {
            let mut rotation = Rotation::new(9, "rotation", bound);
            let mut seen: Vec<usize> = (0..bound).map(|_| rotation.next()).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..bound).collect::<Vec<_>>());
        }
    }
}
