using Xunit;

namespace BuggyServers;

/// <summary>Tests in which it matters when clients come: nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
