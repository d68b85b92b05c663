import Foundation
import Testing

@testable import Commands

@Suite("`run` and the guests of IA-32")
struct IA32GuestTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func path(_ name: String, of machine: String = "x86/ia32") -> String {
    root.appending(path: "ISAs/\(machine)/guests/\(name).elf").path(percentEncoded: false)
  }

  /// What a guest prints, line by line, before the processor stops.
  private func printed(_ isa: String, _ path: String) throws -> [String] {
    let run = Transcript("run", isa, path, "--limit", "2000000")
    #expect(run.status == .success)
    #expect(run.errors.isEmpty, "\(run.errors)")
    #expect(run.output.contains("the processor waits, and nothing can interrupt it"))
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let end = try #require(lines.firstIndex { $0.contains(" instructions retired; ") })
    return Array(lines[..<end])
  }

  @Test("kernel: tasks in turn, pages as they are missed, and what breaks out is ended")
  func kernel() throws {
    // By its name: it comes with the program.
    let all = try printed("ia32", "kernel")
    #expect(all.prefix(2) == ["pages are on", "a page of 4 megabytes shows the same"])
    let lines = all.dropFirst(2)
    // π(100) to π(500), OEIS A000720; F(10) to F(18), A000045.
    #expect(lines.filter { $0.hasPrefix("a ") } == [25, 46, 62, 78, 95].map { "a primes \($0)" })
    #expect(
      lines.filter { $0.hasPrefix("b ") } == [55, 144, 377, 987, 2584].map { "b Fibonacci \($0)" })
    #expect(lines.filter { $0.hasPrefix("c ") } == ["c sum \((0..<4096).reduce(0, +))"])
    #expect(lines.filter { $0.hasPrefix("d ") } == (1...3).map { "d awake \($0)" })
    // CLI, DIV by zero, an undefined operation, two pages, OUT, INT 20h, a selector of level 0, HLT. The codes:
    // present, store and user; the vector in the IDT; the selector's index.
    let ends: [(task: String, what: String)] = [
      ("e", "13, code 00000000"), ("f", "0, code 00000000"), ("g", "6, code 00000000"),
      ("h", "14, code 00000007, at "), ("i", "14, code 00000007, at "), ("j", "13, code 00000000"),
      ("k", "13, code 00000102"), ("l", "13, code 00000010"), ("m", "13, code 00000000"),
    ]
    for end in ends {
      let said = lines.filter { $0.hasPrefix(end.task + " ") }
      #expect(said.count == 1)
      #expect(said.allSatisfy { $0.hasPrefix("\(end.task) is ended by \(end.what)") }, "\(said)")
    }
    // Four of the array, and the stack of the recursion.
    #expect(lines.last == "all tasks have ended; pages that were missed: 5")
    // The timer takes the processor away from each in turn: nobody waits for anybody to be done.
    let numbers = lines.filter { $0.hasPrefix("a ") || $0.hasPrefix("b ") }.map { $0.prefix(1) }
    #expect(numbers != numbers.sorted() && numbers != numbers.sorted(by: >))
  }

  @Test("redpill alone on the machine sees what it has set")
  func redpill() throws {
    let lines = try printed("ia32", Self.path("redpill"))
    let seen = [
      "sidt 00001974 000000FF", "sldt 00000018", "str 00000020", "smsw 00000011",
      "mov cs 00000008", "mov ss 00000010", "push cs 00000008", "push ss 00000010",
      "popf, pushf 00001202 00001002", "lar 00C09300", "lsl 000001F7", "verr 00000001",
      "verw 00000001",
    ]
    #expect(lines.first?.hasPrefix("sgdt ") == true)
    #expect(lines.first?.hasSuffix(" 00000027") == true)
    #expect(Array(lines.dropFirst()) == seen)
  }

  @Test("what checks itself finds nothing", arguments: ["tasks", "modes", "limits"])
  func checks(name: String) throws {
    let lines = try printed("ia32", Self.path(name))
    #expect(lines.count > 40)
    #expect(lines.last == "\(lines.count - 1) checks, 0 failures")
    #expect(lines.dropLast().filter { !$0.hasSuffix(": ok") } == [])
  }

  @Test(
    "the same programs in C print the same on SPARC",
    arguments: ["records", "floating"])
  func twoMachines(name: String) throws {
    let here = try printed("ia32", Self.path("c/\(name)"))
    #expect(here.count > 1)
    #expect(here == (try printed("sparc-v8", Self.path("c/\(name)", of: "sparc/sparc-v8"))))
  }

  // MARK: Another implementation

  private static let qemu = (ProcessInfo.processInfo.environment["PATH"] ?? "")
    .split(separator: ":").map { "\($0)/qemu-system-i386" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test(
    "QEMU boots the same images, and they print the same",
    .enabled(if: qemu != nil, "qemu-system-i386 is not installed"),
    arguments: ["hello", "tasks", "modes"])
  func elsewhere(name: String) throws {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: try #require(Self.qemu))
    process.arguments = [
      "-cpu", "pentium", "-m", "16", "-display", "none", "-serial", "stdio", "-no-reboot",
      "-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-kernel", Self.path(name),
    ]
    process.standardOutput = pipe
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    let lines = text.split(separator: "\n").map(String.init)
    guard name != "hello" else {
      #expect(lines == (try printed("ia32", Self.path(name))))
      return
    }
    // What it prints here is in `checks`.
    #expect(lines.count > 100 && lines.last == "\(lines.count - 1) checks, 0 failures")
    #expect(lines.dropLast().filter { !$0.hasSuffix(": ok") } == [])
  }
}
