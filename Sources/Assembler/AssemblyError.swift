/// What is wrong with a line of assembly.
public struct AssemblyError: Error, Hashable, Sendable {
  /// Starts in lower case, no full stop.
  public var message: String
  /// From 1.
  public var line: Int
  /// From 1, in Unicode scalars.
  public var column: Int
  /// What would mend it, if known.
  public var help: String?

  public init(_ message: String, line: Int, column: Int, help: String? = nil) {
    self.message = message
    self.line = line
    self.column = column
    self.help = help
  }
}

/// What is wrong at a byte of the line that is being read; the line adds where that is.
struct LineError: Error, Hashable {
  var message: String
  /// Byte offset in the line.
  var offset: Int
  var help: String?

  init(_ message: String, at offset: Int, help: String? = nil) {
    self.message = message
    self.offset = offset
    self.help = help
  }
}
