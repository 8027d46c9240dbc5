using System.Text;
using System.Text.Json;

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

    /// <summary>Makes the directory with run.json and an empty events/, without a control page.</summary>
    /// <exception cref="SelfHealException">It exists and is not empty, or cannot be made.</exception>
    public static RunDirectory Create(string path, RunInfo info)
    {
        RunDirectory run = CreateUnsaved(path, info);
        run.Save(info);
        return run;
    }

    /// <summary>The same without run.json: for a run that is most likely thrown away.</summary>
    internal static RunDirectory CreateUnsaved(string path, RunInfo info)
    {
        string full = System.IO.Path.GetFullPath(path);
        try
        {
            if (File.Exists(full) || (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any()))
            {
                throw new SelfHealException($"{full} already exists: name a run directory that does not, or remove it.");
            }

            Directory.CreateDirectory(System.IO.Path.Combine(full, "events"));
            return new RunDirectory(full, info);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SelfHealException($"The run directory {full} cannot be made: {error.Message}", error);
        }
    }

    /// <exception cref="DamagedRunException">Missing, damaged, or newer than this engine.</exception>
    public static RunDirectory Open(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        string json = System.IO.Path.Combine(full, "run.json");
        if (!Directory.Exists(full))
        {
            throw new DamagedRunException($"There is no run directory {full}.");
        }

        if (!File.Exists(json))
        {
            throw new DamagedRunException($"{full} is no run directory: it holds no run.json.");
        }

        try
        {
            return new RunDirectory(full, Parse(File.ReadAllBytes(json), json));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DamagedRunException($"{json} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Replaces run.json in one step.</summary>
    /// <exception cref="SelfHealException">It cannot be written.</exception>
    public void Save(RunInfo info)
    {
        string json = At("run.json");
        try
        {
            File.WriteAllText(json + ".new", JsonSerializer.Serialize(info, RunJson.Default.RunInfo) + "\n");
            File.Move(json + ".new", json, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SelfHealException($"{json} cannot be written: {error.Message}", error);
        }

        Info = info;
    }

    /// <summary>The control page as it is now.</summary>
    /// <exception cref="DamagedRunException">It is missing, damaged, or of another ABI version.</exception>
    public ControlSnapshot ReadControl() => ControlPage.ReadFile(ControlPath);

    /// <summary>The event log, read lazily.</summary>
    public EventLog OpenLog() => new(At("events"));

    /// <summary>Modules in the order they were mapped, from the log (for a replay: of its source run too).</summary>
    /// <exception cref="DamagedLogException">The log cannot be decoded.</exception>
    public IReadOnlyList<ModuleInfo> ReadModules()
    {
        IEnumerable<ModuleInfo> own = ModuleEvents.Read(OpenLog());
        if (Info.SourceRun is { } source && Directory.Exists(System.IO.Path.Combine(source, "events")))
        {
            own = ModuleEvents.Read(new EventLog(System.IO.Path.Combine(source, "events"))).Concat(own);
        }

        return Info.Image is { } image ? [.. own.Select(image.Locate)] : [.. own];
    }

    /// <summary>Paths of the modules that the dynamic loader mapped when the program, or what it became by exec,
    /// started: a replay needs them where they lay.</summary>
    /// <exception cref="DamagedLogException">The log cannot be decoded.</exception>
    public IReadOnlyList<string> ReadStartModules()
    {
        EventLog log = OpenLog();
        IEnumerable<ModuleInfo> modules = ReadControl().Images == 0 ? ModuleEvents.ReadFirst(log) : ModuleEvents.Read(log);
        return [.. modules.Select(module => module.Path).Where(path => path.StartsWith('/')).Distinct()];
    }

    /// <summary>A file of the run as UTF-8 text; empty if it does not exist.</summary>
    public string ReadText(string name) => Encoding.UTF8.GetString(ReadBytes(name).Span);

    /// <summary>All of the standard input that the run had: RUN/stdin, or what the log holds for descriptor 0
    /// followed by RUN/stdin.rest.</summary>
    public ReadOnlyMemory<byte> WholeInput()
    {
        if (File.Exists(At("stdin")))
        {
            return ReadBytes("stdin");
        }

        ReadOnlyMemory<byte> read = ConsumedInput();
        ReadOnlyMemory<byte> rest = ReadBytes("stdin.rest");
        byte[] whole = new byte[read.Length + rest.Length];
        read.CopyTo(whole);
        rest.CopyTo(whole.AsMemory(read.Length));
        return whole;
    }

    /// <summary>The part of the standard input that the program had not read.</summary>
    public ReadOnlyMemory<byte> UnreadInput()
    {
        if (!File.Exists(At("stdin")))
        {
            return ReadBytes("stdin.rest");
        }

        ReadOnlyMemory<byte> whole = ReadBytes("stdin");
        return whole.Length == 0 ? whole : whole[Math.Min(ConsumedInput().Length, whole.Length)..];
    }

    private ReadOnlyMemory<byte> ConsumedInput() =>
        Inputs.Read(OpenLog()).FirstOrDefault(stream => stream.Descriptor == 0)?.Bytes ?? default;

    private ReadOnlyMemory<byte> ReadBytes(string name)
    {
        try
        {
            return File.Exists(At(name)) ? File.ReadAllBytes(At(name)) : default;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DamagedRunException($"{At(name)} cannot be read: {error.Message}", error);
        }
    }

    private static RunInfo Parse(byte[] json, string name)
    {
        RunInfo? info;
        try
        {
            using (JsonDocument document = JsonDocument.Parse(json))
            {
                if (document.RootElement.ValueKind == JsonValueKind.Object
                    && document.RootElement.TryGetProperty("version", out JsonElement version)
                    && version.TryGetInt32(out int number) && number > RunInfo.CurrentVersion)
                {
                    throw new DamagedRunException(
                        $"{name} has version {number}, this SelfHeal reads up to {RunInfo.CurrentVersion}: update SelfHeal.");
                }
            }

            info = JsonSerializer.Deserialize(json, RunJson.Default.RunInfo);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new DamagedRunException($"{name} is damaged: record the run again ({FirstLine(error.Message)}).", error);
        }

        string?[] texts = [info?.Program, info?.ProgramPath, info?.WorkingDirectory, info?.BuildId, info?.Input, info?.SelfHeal];
        if (info is null || info.Version < 1 || HasBadString(texts) || info.Program.Length == 0
            || HasBadString(info.Arguments) || HasBadString(info.Environment) || HasBadString(info.StateDirectories)
            || info.StateDirectories.Any(directory => !System.IO.Path.IsPathRooted(directory))
            || info.TimeoutSeconds is < 0 or > 1e9)
        {
            throw new DamagedRunException($"{name} is damaged: it does not say how the program was started; record the run again.");
        }

        return info;
    }

    // a member that is missing in the file arrives as null whatever the type says
    private static bool HasBadString(IReadOnlyList<string?>? texts) =>
        texts is null || texts.Any(text => text is null || text.Contains('\0'));

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd('.');
}
