import Foundation
import Testing

@testable import Commands

/// What a command line did.
struct Transcript {
  var status: Commands.ExitStatus
  var output: String
  var errors: String

  /// Runs the program inside the test, as if in a pipe.
  init(_ arguments: String..., color: Bool = false) {
    self.init(arguments, color: color)
  }

  init(_ arguments: [String], color: Bool = false) {
    let buffer = Buffer()
    let console = Console(
      output: { buffer.output += $0 }, errors: { buffer.errors += $0 }, usesColor: color,
      usesErrorColor: color)
    status = CommandLineTool.run(arguments, console)
    output = buffer.output
    errors = buffer.errors
  }

  private final class Buffer {
    var output = ""
    var errors = ""
  }
}

/// A folder that lasts as long as a test.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "popek-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path(percentEncoded: false)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of a file in the folder, with these contents if they are given.
  func file(_ name: String, _ contents: String? = nil) throws -> String {
    let file = "\(path)/\(name)"
    if let contents { try contents.write(toFile: file, atomically: true, encoding: .utf8) }
    return file
  }

  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
  }
}
