import Foundation
import Testing

/// A shell in a folder of its own, in which `popek` is the one just built.
final class Shell {
  private let folder: URL
  private let tools: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "popek-\(UUID().uuidString)")
    tools = folder.appending(path: ".tools")
    try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
    let popek = try #require(Self.popek, "popek is not built")
    // The documentation tells people to build; here that has been done, and `swift test` is us.
    let swift = """
      #!/bin/sh
      case "$*" in
        "run -c release popek "*) shift 4; exec popek "$@" ;;
        test) exit 0 ;;
      esac
      echo "not a set-up command: swift $*"
      exit 1
      """
    try swift.write(to: tools.appending(path: "swift"), atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: tools.appending(path: "swift").path)
    try FileManager.default.createSymbolicLink(
      at: tools.appending(path: "popek"), withDestinationURL: popek)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  /// Runs a script that stops at the first command that fails.
  func run(_ script: String) throws -> (status: Int32, output: String) {
    let log = folder.appending(path: ".log")
    try Data().write(to: log)
    let output = try FileHandle(forWritingTo: log)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-e", "-c", script]
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = "\(tools.path):\(environment["PATH"] ?? "/usr/bin:/bin")"
    process.environment = environment
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try output.close()
    return (process.terminationStatus, try String(contentsOf: log, encoding: .utf8))
  }

  /// The program, beside the bundle of the tests.
  private static var popek: URL? {
    for argument in CommandLine.arguments {
      let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
      guard let bundle = parts.firstIndex(where: { $0.hasSuffix(".xctest") }) else { continue }
      let path = (parts[..<bundle] + ["popek"]).joined(separator: "/")
      if FileManager.default.isExecutableFile(atPath: path) { return URL(filePath: path) }
    }
    return nil
  }
}
