import ISACore

extension SeededGenerator {
  mutating func flip() -> Bool { next() & 1 == 1 }
}
