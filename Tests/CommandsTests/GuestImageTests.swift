import Foundation
import Testing

@testable import Commands

@Suite("`run` and programs from other tools")
struct GuestImageTests {
  private static let guests = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "ISAs/sparc/sparc-v8/guests/c")

  /// What a C program prints, line by line, before its processor stops in error mode.
  private func printed(_ name: String, traps: ClosedRange<Int>? = nil) throws -> [String] {
    let path = Self.guests.appending(path: "\(name).elf").path(percentEncoded: false)
    let run = Transcript("run", "sparc-v8", path)
    #expect(run.status == .success)
    #expect(run.errors.isEmpty, "\(run.errors)")
    #expect(run.output.contains("the processor waits, and nothing can interrupt it"))
    #expect(run.output.contains("  error_mode = 1\n"))
    // The end is `ta 1`, and nothing else: trap type 0x81.
    #expect(run.output.contains("  tbr = 00010800\n") && run.output.contains("  pc = 00010810\n"))
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let end = try #require(lines.firstIndex { $0.contains(" instructions retired; ") })
    // Steps that retire nothing are traps: all but the last have to do with windows.
    let numbers = lines[end].split(separator: " ").compactMap { Int($0) }
    if let traps { #expect(traps.contains(numbers[0] - numbers[1]), "\(lines[end])") }
    return Array(lines[..<end])
  }

  /// The generator of the programs.
  private struct Congruential {
    var state: UInt32
    mutating func next() -> UInt32 {
      state = state &* 1_664_525 &+ 1_013_904_223
      return state >> 16
    }
  }

  @Test("sort: two ways, and the library's way here")
  func sort() throws {
    var random = Congruential(state: 1974)
    let numbers = (0..<500).map { _ in Int32(random.next()) - 32768 }.sorted()
    let sum = numbers.reduce(UInt32(0)) { $0 &* 31 &+ UInt32(bitPattern: $1) }
    #expect(
      try printed("sort") == [
        "least \(numbers[0]) median \(numbers[250]) greatest \(numbers[499])", "in order",
        "both agree", "sum \(sum)",
      ])
  }

  @Test("crc: the catalogued check values, and a block divided here")
  func crc() throws {
    var random = Congruential(state: 360)
    var crc = UInt32.max
    for _ in 0..<4096 {
      crc ^= random.next() & 0xFF
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    let block = String(~crc, radix: 16, uppercase: true)
    // CRC-32/ISO-HDLC and CRC-16/XMODEM of "123456789".
    #expect(
      try printed("crc") == [
        "check CBF43926 CBF43926 000031C3", "block \(block) \(block)",
      ])
  }

  @Test("recursion: far more calls than windows")
  func recursion() throws {
    // Ackermann(2, n) = 2n + 3; F(17) = 1597 takes 2 F(18) - 1 calls.
    #expect(
      try printed("recursion", traps: 1000...10_000) == [
        "ackermann(2, 40) = 83, calls \(ackermannCalls(40))", "deepest 84",
        "fibonacci(17) = 1597, calls \(2 * 2584 - 1)", "even(201) = 0, calls 202",
      ])
  }

  /// Calls that Ackermann(2, n) takes: of Ackermann(1, m) there are 2m + 2.
  private func ackermannCalls(_ n: Int) -> Int {
    n == 0 ? 1 + 2 * 1 + 2 : 1 + ackermannCalls(n - 1) + 2 * (2 * (n - 1) + 3) + 2
  }

  @Test("records: as the same program prints it where it is compiled for")
  func records() throws {
    // Printed by the program compiled with -DHOST: `make check` beside it does so again.
    #expect(
      try printed("records") == [
        "rounds 300", "later 34", "text DHRYSTONE PROGRAM, 3'RD STRING",
        "numbers -68 16 -605 3134 38", "sum 2679318778",
      ])
  }

  @Test("floating: the same arithmetic done here, to the last bit")
  func floating() throws {
    func bits(_ name: String, _ number: Double) -> String {
      let digits = String(number.bitPattern, radix: 16, uppercase: true)
      return "\(name) \(String(repeating: "0", count: 16 - digits.count))\(digits)"
    }
    func arctangent(_ x: Double) -> Double {
      var (term, sum) = (x, 0.0)
      for n in stride(from: 1, to: 60, by: 2) {
        sum += term / Double(n)
        term = -term * (x * x)
      }
      return sum
    }
    var root = 2.0
    for _ in 0..<40 { root = (root + 2 / root) / 2 }
    let (fifth, small) = (16 * arctangent(1.0 / 5), 4 * arctangent(1.0 / 239))
    var (harmonic, compensation, singles) = (0.0, 0.0, Float(0))
    for n in 1...1000 {
      let y = 1 / Double(n) - compensation
      let t = harmonic + y
      compensation = (t - harmonic) - y
      harmonic = t
      singles += 1 / Float(n)
    }
    var chaos = 1.0 / 3
    for _ in 0..<500 {
      let product = 3.75 * chaos
      chaos = product * (1 - chaos)
    }
    var (vector, norm) = ([Double](repeating: 1, count: 8), 0.0)
    for _ in 0..<20 {
      let next = (0..<8).map { i in
        (0..<8).reduce(0.0) { sum, j in
          let product = 1 / Double(i + j + 1) * vector[j]
          return sum + product
        }
      }
      norm = next.max() ?? 0
      vector = next.map { $0 / norm }
    }
    #expect(
      try printed("floating") == [
        bits("root of two", root), bits("instruction", 2.0.squareRoot()),
        bits("pi", fifth - small), bits("harmonic", harmonic), bits("in single", Double(singles)),
        bits("logistic", chaos), bits("Hilbert", norm),
        // 2^-1074 is the least number of double precision.
        "halvings 1075", bits("infinite", .infinity), "no number", "-7485470",
      ])
  }

  /// `BALR 1,0`, `L 2,10(1)`, `AR 2,2`, a branch to itself and a number, as an ELF file of S/360.
  private static func s360(machine: UInt8 = 0, entry: UInt8 = 0x40) -> [UInt8] {
    let code: [UInt8] = [
      0x05, 0x10, 0x58, 0x20, 0x10, 0x0A, 0x1A, 0x22, 0x47, 0xF0, 0x10, 0x06, 0, 0, 0, 21,
    ]
    var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 1, 2, 1] + [UInt8](repeating: 0, count: 9)
    bytes += [0, 2, 0, machine, 0, 0, 0, 1, 0, 0, 0x08, entry, 0, 0, 0, 52]
    bytes += [UInt8](repeating: 0, count: 8) + [0, 52, 0, 32, 0, 1, 0, 40, 0, 0, 0, 0]
    bytes += [0, 0, 0, 1, 0, 0, 0, 84, 0, 0, 0x08, 0x40, 0, 0, 0x08, 0x40]
    bytes += [0, 0, 0, 16, 0, 0, 0, 32, 0, 0, 0, 7, 0, 0, 0, 4]
    return bytes + code
  }

  private func file(_ bytes: [UInt8], in folder: TemporaryFolder, _ name: String) throws -> String {
    let path = try folder.file(name)
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  @Test("an ELF file begins at its entry on any machine that says how, whatever its name")
  func entry() throws {
    let folder = try TemporaryFolder()
    let path = try file(Self.s360(), in: folder, "program.txt")
    for machine in ["s360", "s360-67", "s360-cp40"] {
      let run = Transcript("run", machine, path, "--limit", "3", "--trace")
      #expect(run.status == .success)
      #expect(run.output.hasPrefix("   840  BALR 1,0"), "\(run.output)")
      #expect(run.output.contains("  gr[2] = 0000002A\n"))
    }
    let text = Transcript("disasm", "s360", path)
    #expect(text.output.contains("AR 2,2"))
    let records = try folder.file("image.bin", "S10B084005105820100A1A22C9\nS9030840B4\n")
    let run = Transcript("run", "s360", records, "--limit", "1", "--trace")
    #expect(run.output.hasPrefix("   840  BALR 1,0"), "\(run.output)\(run.errors)")
  }

  @Test("an ELF file is a guest of a monitor like any other")
  func monitored() throws {
    let folder = try TemporaryFolder()
    let path = try file(Self.s360(), in: folder, "program.elf")
    let run = Transcript(
      "verify", "s360-cp40", "--guest", path, "--step", "--limit", "6", "--isa-path", folder.path)
    #expect(run.status == .success, "\(run.errors)")
    #expect(run.output.contains("840  BALR 1,0"))
    #expect(run.output.contains("gr[2]=0000002A"))
  }

  @Test("a file for another machine is loaded with a word about it; what cannot be is refused")
  func complaints() throws {
    let folder = try TemporaryFolder()
    func complaint(_ bytes: [UInt8], _ machine: String = "sparc-v8") throws -> Transcript {
      Transcript("run", machine, try file(bytes, in: folder, "image"), "--limit", "1")
    }
    let foreign = try complaint(Self.s360(machine: 8))
    #expect(foreign.status == .success)
    #expect(foreign.errors.contains("image: made for machine 8 of ELF; sparc-v8 is 2\n"))
    #expect(try complaint(Self.s360(machine: 2)).errors.isEmpty)
    let elsewhere = try complaint(Self.s360(entry: 0x60))
    #expect(elsewhere.status == .usage)
    #expect(elsewhere.errors.contains("image: offset 0x18: the entry 0x860 lies in no segment"))
    let short = try complaint(Array(Self.s360().prefix(99)))
    #expect(short.errors.contains("image: offset 0x38: the file ends before the segment does"))
    let words = try complaint(Self.s360(), "third-generation")
    #expect(words.errors.contains("image: offset 0x0: an ELF file holds bytes"))
    let raw = Transcript(
      "run", "third-generation", "\(folder.path)/image", "--at", "16", "--limit", "1")
    #expect(raw.status == .success)
    let misaligned = try complaint(Self.s360(), "s360")
    #expect(misaligned.errors.isEmpty)
    let small = Transcript(
      "run", "s360", "\(folder.path)/image", "--choice", "storage_size=0x850", "--limit", "1")
    #expect(small.errors.contains("it needs 2144 units, and the machine has 2128"))
  }
}
