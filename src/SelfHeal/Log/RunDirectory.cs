using System.Text;

namespace SelfHeal.Log;

/// <summary>One run on disk: the contract between the engine and the recorder. Readable with no process alive.</summary>
public sealed class RunDirectory
{
    private RunDirectory(string path, RunInfo info)
    {
        Path = path;
        Info = info;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>What run.json says.</summary>
    public RunInfo Info { get; private set; }

    public string ControlPath => At("control");

    /// <summary>A path inside the run directory.</summary>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes the directory with run.json, an empty events/ and no control page.</summary>
    /// <exception cref="SelfHealException">It exists and is not empty, or cannot be made.</exception>
    public static RunDirectory Create(string path, RunInfo info) => throw new NotSupportedException(path);

    /// <exception cref="DamagedRunException">Missing, damaged, or newer than this engine.</exception>
    public static RunDirectory Open(string path) => throw new NotSupportedException(path);

    /// <summary>Replaces run.json in one step.</summary>
    public void Save(RunInfo info) => throw new NotSupportedException();

    /// <summary>The control page as it is now.</summary>
    /// <exception cref="DamagedRunException">It is missing, damaged, or of another ABI version.</exception>
    public ControlSnapshot ReadControl() => throw new NotSupportedException();

    /// <summary>The event log, read lazily.</summary>
    public EventLog OpenLog() => throw new NotSupportedException();

    /// <summary>Modules in the order they were mapped, from the log (for a replay: of its source run).</summary>
    public IReadOnlyList<ModuleInfo> ReadModules() => throw new NotSupportedException();

    /// <summary>A file of the run as UTF-8 text; empty if it does not exist.</summary>
    public string ReadText(string name)
    {
        string path = At(name);
        return File.Exists(path) ? Encoding.UTF8.GetString(File.ReadAllBytes(path)) : "";
    }

    /// <summary>All of the standard input that the run had: RUN/stdin, or what the log holds for descriptor 0
    /// followed by RUN/stdin.rest.</summary>
    public ReadOnlyMemory<byte> WholeInput() => throw new NotSupportedException();

    /// <summary>The part of the standard input that the program had not read.</summary>
    public ReadOnlyMemory<byte> UnreadInput() => throw new NotSupportedException();
}
