import Dispatch
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that are being written, and must not stay behind when the user interrupts.
enum TemporaryFiles {
  private static let paths = Mutex<Set<String>>([])

  /// Writes a file whole or not at all: beside its place first, then renamed.
  ///
  /// - Parameter replacing: false refuses to touch a file that exists.
  static func write(
    _ bytes: some Sequence<UInt8>, to path: String, replacing: Bool = true
  ) throws(InputError) {
    let manager = FileManager.default
    guard replacing || !manager.fileExists(atPath: path) else {
      throw InputError("\(path) exists already", help: "choose another name, or remove it first")
    }
    let url = URL(filePath: path)
    let folder = url.deletingLastPathComponent()
    let temporary = folder.appending(path: ".\(url.lastPathComponent).\(getpid()).tmp")
    let temporaryPath = temporary.path
    paths.withLock { _ = $0.insert(temporaryPath) }
    defer { paths.withLock { _ = $0.remove(temporaryPath) } }
    do {
      try Data(bytes).write(to: temporary)
      guard rename(temporaryPath, path) == 0 else { throw InputError("cannot rename") }
    } catch {
      try? manager.removeItem(atPath: temporaryPath)
      throw InputError("\(path) cannot be written")
    }
  }

  /// From here on Ctrl-C removes what is half written, tidies the terminal and ends the program,
  /// unless a command wants to end by itself (`Interruption`).
  static func removeOnInterrupt(_ console: Console) -> any DispatchSourceSignal {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    let tidies = console.usesErrorColor
    source.setEventHandler {
      if Interruption.note() { return }
      paths.withLock { paths in
        for path in paths { unlink(path) }
        if tidies { SystemCalls.write("\r\u{1B}[K".utf8, to: 2) }
        SystemCalls.exitNow(ExitStatus.interrupted.rawValue)
      }
    }
    source.resume()
    return source
  }
}
