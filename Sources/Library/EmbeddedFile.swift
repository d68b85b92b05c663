/// A file of the repository that was compiled into the program.
struct EmbeddedFile: Sendable {
  /// As in the repository: `ISAs/ibm/s360/s360.isa`.
  let path: String
  let text: String
}
