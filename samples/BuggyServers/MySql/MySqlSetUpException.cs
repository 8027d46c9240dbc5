namespace BuggyServers.MySql;

/// <summary>The server or its driver could not be used at all; a found bug is a <see cref="WorkloadResult"/>.</summary>
public sealed class MySqlSetUpException(string message, Exception? inner = null) : Exception(message, inner);
