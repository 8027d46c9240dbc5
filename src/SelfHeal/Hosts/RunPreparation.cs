using System.Text;
using SelfHeal.Diagnosis;
using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>Makes the run directory of a request: run.json, control page, patch, input, state copies.</summary>
internal static class RunPreparation
{
    public static async Task<RunDirectory> PrepareAsync(
        RunRequest request, RecorderFiles recorder, CancellationToken cancellationToken)
    {
        string cwd = Path.GetFullPath(request.WorkingDirectory ?? Environment.CurrentDirectory);
        IReadOnlyList<string> environment = request.Environment ?? OwnEnvironment();
        string? path = environment.FirstOrDefault(e => e.StartsWith("PATH=", StringComparison.Ordinal))?[5..];
        string program = ProgramPath.Find(request.ProgramPath ?? request.Program, cwd, path)
            ?? throw new ProgramNotStartedException($"The program {request.Program} is not found.", 127);
        CheckRequest(request);
        bool sandbox = await Sandbox.DecideAsync(request.Sandbox, recorder).ConfigureAwait(false);
        RunDirectory run = RunDirectory.Create(request.RunDirectory ?? TemporaryPath(), new RunInfo
        {
            SelfHeal = typeof(RunPreparation).Assembly.GetName().Version?.ToString(3) ?? "",
            Program = request.Program,
            ProgramPath = program,
            Arguments = request.Arguments,
            Environment = environment,
            WorkingDirectory = cwd,
            StateDirectories = [.. request.StateDirectories.Select(directory => Path.GetFullPath(directory, cwd))],
            BuildId = ElfImage.TryRead(program)?.BuildId ?? "",
            Seed = request.Seed,
            Mode = request.Mode,
            Flags = request.Flags | (request.Output == RunOutput.Inherit ? RunFlags.Tee : 0),
            SourceRun = request.Source?.Path,
            StackLimit = request.StackLimit != 0 ? request.StackLimit : OwnStackLimit(),
            Sandbox = sandbox,
            Input = InputName(request.Input),
            TimeoutSeconds = request.Timeout?.TotalSeconds,
            Started = DateTimeOffset.UtcNow,
        });
        try
        {
            await FillAsync(run, request, cancellationToken).ConfigureAwait(false);
            return run;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SelfHealException($"The run directory {run.Path} cannot be filled: {error.Message}", error);
        }
        catch (OperationCanceledException) when (request.RunDirectory is null)
        {
            StateCopy.Remove(run.Path);
            throw;
        }
    }

    /// <summary>The engine's own environment in its original order.</summary>
    public static IReadOnlyList<string> OwnEnvironment() =>
        File.ReadAllText("/proc/self/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private static void CheckRequest(RunRequest request)
    {
        if (request.Mode == RunMode.Replay && request.Source is null)
        {
            throw new SelfHealException("A replay needs the run whose log it follows.");
        }

        if (request.Patch is { } patch && request.Mode != RunMode.Plain)
        {
            _ = Patches.PatchFile.Read(patch);
        }
    }

    private static async Task FillAsync(RunDirectory run, RunRequest request, CancellationToken cancellationToken)
    {
        RunInfo info = run.Info;
        if (info.Mode != RunMode.Plain)
        {
            ControlPage.Create(run.ControlPath, info.Mode, info.Flags, info.Seed,
                info.Mode == RunMode.Replay ? request.Source!.Path : "");
        }

        if (info.Mode == RunMode.Record)
        {
            FirstSegment.Make(run.At("events"));
        }

        byte[] environment = Encoding.UTF8.GetBytes(string.Concat(info.Environment.Select(entry => entry + "\0")));
        await File.WriteAllBytesAsync(run.At("environment"), environment, cancellationToken).ConfigureAwait(false);
        if (request.Patch is { } patch)
        {
            File.Copy(patch, run.At("patch.ep"));
        }

        if (request.Input is RunInput.FileInput file)
        {
            File.Copy(file.Path, run.At("stdin"));
        }
        else if (request.Input is RunInput.BytesInput bytes)
        {
            await File.WriteAllBytesAsync(run.At("stdin"), bytes.Bytes, cancellationToken).ConfigureAwait(false);
        }

        for (int i = 0; i < info.StateDirectories.Count; i++)
        {
            string before = request.Source is { } source && Directory.Exists(source.At($"state/{i}"))
                ? source.At($"state/{i}") : info.StateDirectories[i];
            if (info.Mode == RunMode.Record)
            {
                await StateCopy.CopyAsync(before, run.At($"state/{i}"), cancellationToken).ConfigureAwait(false);
            }

            if (info.Sandbox)
            {
                await StateCopy.CopyAsync(before, run.At($"work/{i}"), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static string TemporaryPath() =>
        Path.Combine(Path.GetTempPath(), "selfheal-" + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal));

    private static string InputName(RunInput input) => input switch
    {
        RunInput.InheritInput => "inherit",
        RunInput.InteractiveInput => "interactive",
        RunInput.FileInput => "file",
        RunInput.BytesInput => "bytes",
        _ => "none",
    };

    private static long OwnStackLimit()
    {
        string? line = File.ReadLines("/proc/self/limits")
            .FirstOrDefault(text => text.StartsWith("Max stack size", StringComparison.Ordinal));
        string[] words = line?["Max stack size".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length == 0 ? 0 : words[0] == "unlimited" ? -1 : long.Parse(words[0]);
    }
}
