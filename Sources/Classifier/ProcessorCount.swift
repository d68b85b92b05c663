#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How many processors there are to share the work.
enum ProcessorCount {
  static var active: Int { ProcessInfo.processInfo.activeProcessorCount }
}
