namespace BuggyServers.MySql;

/// <summary>What is started: an absolute path, the arguments after argv[0], and where it runs.</summary>
public sealed record ServerCommand(string Program, IReadOnlyList<string> Arguments, string WorkingDirectory);

/// <summary>Starts a server: as a plain process (<see cref="PlainServerProcess.Start"/>), or recorded.</summary>
public delegate Task<IServerProcess> ServerStarter(ServerCommand command, CancellationToken cancellationToken);
