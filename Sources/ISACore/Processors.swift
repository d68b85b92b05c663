#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Processors that are online.
public func activeProcessorCount() -> Int {
  #if canImport(Glibc) || canImport(Musl) || canImport(Darwin)
    Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  #else
    1
  #endif
}
