import Foundation
import Testing

@testable import Commands

/// The C programs on another implementation: runs where QEMU and Python are installed.
@Suite("Programs in C print the same here and on QEMU")
struct QEMUImageTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The path of a program, if it is installed.
  private static func program(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static let python = program("python3")
  private static let isThere = program("qemu-system-sparc") != nil && python != nil

  /// What a program prints on the standard output.
  private func output(_ program: String, _ arguments: [String]) throws -> (Data, Int32) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (data, process.terminationStatus)
  }

  /// That they print the same under the monitor is what CI asks `verify`.
  @Test(
    "byte by byte",
    .enabled(if: isThere, "qemu-system-sparc or python3 is not installed"),
    arguments: ["sort", "crc", "records", "floating", "recursion"])
  func same(name: String) throws {
    let image = Self.root.appending(path: "ISAs/sparc/sparc-v8/guests/c/\(name).elf")
      .path(percentEncoded: false)
    let script = Self.root.appending(path: "Tests/Differential/sparc_image.py")
      .path(percentEncoded: false)
    let (bytes, status) = try output(try #require(Self.python), [script, image])
    #expect(status == 0)
    let expected = String(decoding: bytes, as: UTF8.self)
    #expect(expected.hasSuffix("\n") && expected.count > 40)

    let bare = Transcript("run", "sparc-v8", image, "--limit", "20000000")
    let tail = try #require(
      bare.output.range(of: #"\n[0-9]+ steps?, "#, options: .regularExpression))
    #expect(bare.output[..<tail.lowerBound] + "\n" == expected)
  }
}
