import Testing

@testable import Commands

@Suite("`run` and the guests that come with the program")
struct GuestRunTests {
  /// What a run printed, and how it ended.
  private struct Run {
    var lines: [String]
    var text: Transcript

    init(_ arguments: String...) {
      text = Transcript(["run"] + arguments)
      lines = text.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The lines of one device, without its name.
    func lines(of device: String) -> [String] {
      lines.filter { $0.hasPrefix(device + ": ") }.map { String($0.dropFirst(device.count + 2)) }
    }

    /// The processor waits, all interruptions masked, and the instruction address is 0.
    var isWell: Bool {
      text.status == .success && text.output.contains("the processor waits, and nothing can")
        && lines.contains("  psw = 0002000000000000")
    }
  }

  @Test("hello greets over the typewriter; a device alone is shown without its name")
  func hello() {
    let run = Run("s360", "hello")
    #expect(run.isWell)
    #expect(run.lines(of: "009 typewriter") == ["HELLO FROM SYSTEM/360"])
    for device in ["typewriter", "009", "009 typewriter"] {
      #expect(Run("s360", "hello", "--device", device).lines[0] == "HELLO FROM SYSTEM/360")
    }
    let wrong = Run("s360", "hello", "--device", "teletype")
    #expect(wrong.text.status == .usage)
    #expect(wrong.text.errors.contains("009 typewriter, 00D punch, 00E printer"))
  }

  @Test("round-robin: three tasks in turn, each of which is right")
  func roundRobin() throws {
    let run = Run("s360", "round-robin")
    let lines = run.lines(of: "009 typewriter")
    #expect(run.isWell)
    // π(100) to π(500), OEIS A000720.
    #expect(
      lines.filter { $0.hasPrefix("PRIMES") } == [
        "PRIMES BELOW     100:      25", "PRIMES BELOW     200:      46",
        "PRIMES BELOW     300:      62", "PRIMES BELOW     400:      78",
        "PRIMES BELOW     500:      95",
      ])
    // Starts of record chains: 9, 97, 327 (OEIS A006877).
    #expect(
      lines.filter { $0.hasPrefix("LONGEST") } == [
        "LONGEST CHAIN BELOW      10 STARTS AT       9",
        "LONGEST CHAIN BELOW     100 STARTS AT      97",
        "LONGEST CHAIN BELOW     500 STARTS AT     327",
      ])
    #expect(
      lines.filter { $0.hasPrefix("PERFECT") } == [
        "PERFECT NUMBER       6", "PERFECT NUMBER      28", "PERFECT NUMBER     496",
      ])
    #expect(lines.last == "ALL TASKS ARE DONE")
    #expect(lines.count == 12)
    // Nobody waits for anybody to be done.
    let first = lines.prefix(3).map { $0.prefix(4) }
    #expect(Set(first) == ["PRIM", "LONG", "PERF"])
  }

  @Test("batch: jobs from cards, pages on the printer, a summary card each")
  func batch() throws {
    let run = Run("s360", "batch")
    #expect(run.isWell)
    let summaries = [
      "JOB FIRST    LIST      3 CARDS, ENDED", "JOB SECOND   ADD       3 CARDS, ENDED",
      "JOB THIRD    SORT      6 CARDS, ENDED",
      // A blank in column 8 is no sign: data exception.
      "JOB FOURTH   ADD       2 CARDS, PROGRAM INTERRUPTION 0007",
      "JOB FIFTH    PLOT      0 CARDS, NO SUCH PROGRAM",
      "JOB SIXTH    LIST     11 CARDS, ENDED",
    ]
    let printed = run.lines(of: "00E printer")
    #expect(run.lines(of: "00D punch") == summaries)
    #expect(printed.filter { $0.contains(" CARDS, ") } == summaries)
    let sorted = ["ATLAS", "CP-40", "CP-67", "CTSS", "M44/44X", "SYSTEM/360"]
    let at = try #require(printed.firstIndex(of: "ATLAS"))
    #expect(Array(printed[at..<at + 6]) == sorted)
    #expect(printed.contains("TOTAL       1968"))
    #expect(!printed.contains("IS NOT LOOKED AT"))
    // Ten lines a page: the eleventh card of the last job begins a second one.
    let page = try #require(printed.firstIndex { $0.hasSuffix("PAGE   2") })
    #expect(printed[page - 1] == "10 FOR")
    #expect(printed[page] == "POPEK BATCH MONITOR    JOB SIXTH       PROGRAM LIST   PAGE   2")
    #expect(printed[page + 2] == "11 .")
    #expect(printed.last == "   6 JOBS, END OF BATCH")
  }

  @Test("batch runs a deck of one's own; none at all is a batch without jobs")
  func decks() throws {
    let folder = try TemporaryFolder()
    let deck = try folder.file("mine.deck", "//JOB MINE     ADD\n00000040\n00000002\n")
    for option in [deck, "00C=\(deck)"] {
      let run = Run("s360", "batch", "--deck", option, "--device", "printer")
      #expect(run.isWell)
      #expect(run.lines.contains("TOTAL         42"))
      #expect(run.lines.contains("   1 JOBS, END OF BATCH"))
    }
    let empty = try folder.file("empty.deck", "")
    #expect(
      Run("s360", "batch", "--deck", empty, "--device", "printer").lines[0]
        == "   0 JOBS, END OF BATCH")
    let wide = try folder.file("wide.deck", String(repeating: "X", count: 81) + "\n")
    let refused = Run("s360", "batch", "--deck", wide)
    #expect(refused.text.status == .usage)
    #expect(refused.text.errors.contains("line 1 of a deck has 81 columns"))
  }

  @Test("probe reports what the manual lets a program know")
  func probe() {
    let run = Run("s360", "probe", "--choice", "storage_size=0x5800")
    #expect(run.isWell)
    let report = run.lines(of: "00E printer")
    func answer(_ question: String) -> String? {
      report.first { $0.hasPrefix(question) }.map { String($0.dropFirst(24)) }
    }
    #expect(answer("STORAGE ENDS AT") == "00005800")
    #expect(answer("KEYS END AT") == "00005800")
    #expect(answer("KEYS THAT COME BACK") == "00000020")
    // A tick is 1,000 instruction times.
    #expect(answer("TICKS IN 50000") == "00000032")
    // The second tick makes the timer negative; two instructions a turn.
    let turns = answer("TURNS TO A TIMER").flatMap { Int($0, radix: 16) } ?? 0
    #expect((500...1000).contains(turns))
    // Mask, key, AMWP, code; length, condition code, program mask.
    #expect(answer("EXTERNAL OLD PSW")?.hasPrefix("01000080 ") == true)
    #expect(answer("SUPERVISOR CALL")?.hasPrefix("00000042 65") == true)
    #expect(answer("OF A PROBLEM PROGRAM")?.hasPrefix("FE2D00FF 40") == true)
    #expect(answer("SSM IN PROBLEM STATE")?.hasPrefix("FE210002 80") == true)
    #expect(answer("OPERATION B202")?.hasPrefix("00000001 ") == true)
    #expect(answer("LPSW OFF ITS BOUNDARY")?.hasPrefix("00000006 ") == true)
    #expect(answer("CHANGED INSTRUCTION") == "00000001")
    #expect(answer("CHANNELS 0 TO 6") == "0 0 3 3 3 3 3")
    #expect(answer("UNITS 9 C D E 190 FF") == "0 0 0 0 0 3")
    #expect(answer("START I/O TO NO UNIT") == "3")
    #expect(answer("START NO-OPERATION") == "1")
    #expect(answer("AND THE CSW") == "00000000 0C000000")
    #expect(report.last == "END OF REPORT")
  }

  @Test("break-out is stopped everywhere, as the manual says by what")
  func breakOut() {
    let run = Run("s360", "break-out")
    #expect(run.isWell)
    let lines = run.lines(of: "00E printer")
    // Addressing, protection, privileged operation, execute; program check, protection check.
    let expected: [(String, String)] = [
      ("LOAD BEYOND", "0005"), ("STORE BEYOND", "0005"), ("MOVE ACROSS", "0005"),
      ("MOVE FROM", "0005"), ("BRANCH BEYOND", "0005"), ("KEY BEYOND", "0005"),
      ("LOAD UNDER KEY 3", "0004"), ("STORE UNDER KEY 3", "0004"), ("STORE UNDER KEY 0", "0004"),
      ("BRANCH INTO KEY 3", "0004"), ("LPSW", "0002"), ("SSM", "0002"), ("SSK", "0002"),
      ("ISK", "0002"), ("WRD", "0002"), ("RDD", "0002"), ("DIAGNOSE", "0002"), ("SIO", "0002"),
      ("TIO", "0002"), ("HIO", "0002"), ("TCH", "0002"), ("EXECUTE LPSW", "0002"),
      ("EXECUTE SSM", "0002"), ("EXECUTE SSK", "0002"), ("EXECUTE SIO", "0002"),
      ("EXECUTE EXECUTE", "0003"), ("PROGRAM BEYOND", "0020"), ("DATA BEYOND", "0020"),
      ("CHAINED DATA BEYOND", "0020"), ("SENSE INTO KEY 3", "0010"),
      ("WRITE FROM KEY 3", "0010"), ("PROGRAM IN KEY 3", "0010"),
    ]
    #expect(lines.count == expected.count + 1)
    for (line, (attempt, stop)) in zip(lines, expected) {
      #expect(line.hasPrefix(attempt) && line.hasSuffix(" \(stop)"), "\(line)")
    }
    #expect(lines.last == "STILL INSIDE")
  }

  @Test("the deltas of System/360 print what it prints", arguments: ["s360-cp40", "s360-67"])
  func deltas(machine: String) {
    for guest in ["hello", "batch", "break-out"] {
      let base = Run("s360", guest)
      let delta = Run(machine, guest)
      for device in ["009 typewriter", "00D punch", "00E printer"] {
        #expect(delta.lines(of: device) == base.lines(of: device), "\(guest)")
      }
    }
  }

  @Test("masked-loop lets nothing in, and ends at its limit")
  func maskedLoop() {
    let run = Run("s360", "masked-loop", "--limit", "60000")
    #expect(run.lines(of: "009 typewriter") == ["LOOPING"])
    #expect(
      run.text.output.contains(
        "60000 steps, 60000 instructions retired; the limit of 60000 is reached"))
    // The timer's interruption is still pending.
    #expect(run.lines.contains("  external_pending = 80"))
  }

  @Test("virtual-memory on the Model 67: pages come as they are missed, and go in the same order")
  func virtualMemory() throws {
    // The task's references: its own page before each number's, twice over the five pages.
    var frames: [Int] = []
    var faults = 0
    for page in [1, 2, 3, 4, 5, 1, 2, 3, 4, 5] {
      for reference in [0, page, 0] where !frames.contains(reference) {
        faults += 1
        if frames.count == 3 { frames.removeFirst() }
        frames.append(reference)
      }
    }
    let run = Run("s360-67", "virtual-memory")
    #expect(run.text.output.contains("the processor waits, and nothing can"))
    let lines = run.lines(of: "009 typewriter").map { $0.split(separator: " ").last ?? "" }
    #expect(lines == ["\((1...80).reduce(0, +))", "\(faults)"])
  }

  @Test("SPARC's round-robin: two contexts, the timer between them, windows that come and go")
  func windowsInTurn() {
    #expect(Run("sparc-v8", "hello").lines[0] == "HELLO FROM SPARC")
    let run = Run("sparc-v8", "round-robin")
    #expect(run.text.output.contains("the processor waits, and nothing can"))
    #expect(run.lines.contains("  error_mode = 1"))
    let lines = run.lines.filter { $0.hasPrefix("P ") || $0.hasPrefix("F ") }
    func printed(_ letter: String, _ numbers: [Int]) -> [String] {
      numbers.map { number in
        let digits = String(number, radix: 16, uppercase: true)
        return "\(letter) \(String(repeating: "0", count: 8 - digits.count))\(digits)"
      }
    }
    // π(100) to π(500), OEIS A000720; F(10) to F(18), A000045.
    #expect(lines.filter { $0.hasPrefix("P") } == printed("P", [25, 46, 62, 78, 95]))
    #expect(lines.filter { $0.hasPrefix("F") } == printed("F", [55, 144, 377, 987, 2584]))
    // Neither waits for the other to be done.
    #expect(Set(lines.prefix(4).map { $0.prefix(1) }) == ["P", "F"])
    #expect(Set(lines.suffix(4).map { $0.prefix(1) }) == ["P", "F"])
  }

  @Test("the paper's machine: what user programs see, and where they are stopped")
  func paper() {
    let probe = Run("third-generation", "probe")
    #expect(
      probe.lines.prefix(10) == [
        // 96 words; R = (0, 255), then (0, 254); M = supervisor; and six times nothing.
        "0000000001100000", "0000000011111111", "0000000011111110", "0000000000000000", "!", "!",
        "!", "!", "!", "!",
      ])
    let widened = Run("third-generation-silent-load", "probe").lines
    #expect(widened[9] == "0001100101110100", "the word behind the window, 0x1974")
    #expect(Run("third-generation", "break-out").lines[0] == "#####!!!!?!=")
    #expect(Run("third-generation-read-r", "break-out").lines[0] == "#####!!.!?!=")
    #expect(Run("third-generation-read-mode", "break-out").lines[0] == "#####!!!.?!=")
    #expect(Run("third-generation", "supervisor").lines[0] == "A!!#?")
  }

  @Test("assembly text is run as it is; what is wrong with it is said with its line")
  func source() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("some.deck", "A CARD\n")
    let good = try folder.file(
      "good.s", "; Stops.\n;\n; limit: 5\n; deck: some.deck\n  .dword 0x0002000000000000\n")
    #expect(Run("s360", good).isWell)
    let wrong = try folder.file("wrong.s", "; Is wrong.\n  LDY 1\n")
    let refused = Run("s360", wrong).text
    #expect(refused.status == .usage)
    #expect(refused.errors.contains("wrong.s:2:3: error: no instruction 'LDY'"))
    let header = try folder.file("header.s", "; limt: 3\n  .word 0\n")
    #expect(Run("s360", header).text.errors.contains("line 1: no setting 'limt'"))
    let outside = try folder.file("outside.s", "; deck: ../some.deck\n  .word 0\n")
    #expect(Run("s360", outside).text.errors.contains("not the name of a file beside"))
  }

  @Test("what cannot be run gets a clear error")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let large = try folder.file("large.bin", String(repeating: "x", count: 9000))
    let fits = Run("s360", large, "--choice", "storage_size=0x4000", "--limit", "1").text
    #expect(fits.status == .success)
    let refused = Run("s360", large, "--choice", "storage_size=0x2000").text
    #expect(refused.status == .usage)
    #expect(refused.errors.contains("does not fit"))
    let damaged = try folder.file("damaged.srec", "S1137AF00A0A0D0000000000000000000000000062\n")
    #expect(Run("s360", damaged).text.errors.contains("the check sum is wrong"))
    #expect(Run("s360", "helo").text.errors.contains("help: write hello"))
    for (option, value) in [
      ("--choice", "decimal"), ("--choice", "decimall=1"), ("--choice", "decimal=2"),
      ("--output-limit", "none"), ("--limit", "0"),
    ] {
      #expect(Run("s360", "hello", option, value).text.status == .usage, "\(option) \(value)")
    }
    let typed = Run("third-generation", "hello", "--typed", "text").text
    #expect(typed.errors.contains("third-generation has no typewriter"))
  }

  @Test("what the devices give out is bounded")
  func outputLimit() {
    let run = Run("s360", "hello", "--output-limit", "10")
    #expect(run.lines(of: "009 typewriter") == [])
    #expect(run.text.status == .success)
    let console = Run("third-generation", "hello", "--output-limit", "5")
    #expect(console.lines[0] == "Hello")
  }

  @Test("a trace shows each step, and time spent waiting as one line")
  func trace() {
    let run = Run("s360", "hello", "--trace")
    #expect(run.isWell)
    #expect(run.lines[0].hasPrefix("   200  SIO 9  "))
    #expect(run.lines.contains { $0.hasPrefix("        waits, ") })
    #expect(run.lines.contains { $0.hasPrefix("interruption channel_0  ") })
    #expect(run.lines.count < 800)
  }
}
