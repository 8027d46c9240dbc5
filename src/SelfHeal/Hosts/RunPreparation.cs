using SelfHeal.Log;
using SelfHeal.Schedules;

namespace SelfHeal.Hosts;

/// <summary>Makes the run directory of a request: run.json, control page, patch, input, state copies.</summary>
internal static class RunPreparation
{
    public static async Task<RunDirectory> PrepareAsync(
        RunRequest request, RecorderFiles recorder, CancellationToken cancellationToken)
    {
        RunBasis basis = await RunBasis.OfAsync(request, recorder).ConfigureAwait(false);
        RunDirectory run = await PrepareUnsavedAsync(request, basis, cancellationToken).ConfigureAwait(false);
        run.Save(run.Info);
        return run;
    }

    /// <summary>The same without run.json.</summary>
    public static async Task<RunDirectory> PrepareUnsavedAsync(
        RunRequest request, RunBasis basis, CancellationToken cancellationToken)
    {
        RunDirectory run = RunDirectory.CreateUnsaved(request.RunDirectory ?? TemporaryPath(), new RunInfo
        {
            SelfHeal = typeof(RunPreparation).Assembly.GetName().Version?.ToString(3) ?? "",
            Program = request.Program,
            ProgramPath = basis.ProgramPath,
            Arguments = request.Arguments,
            Environment = basis.Environment,
            WorkingDirectory = basis.WorkingDirectory,
            StateDirectories = [.. request.StateDirectories.Select(directory => Path.GetFullPath(directory, basis.WorkingDirectory))],
            BuildId = basis.BuildId,
            Seed = request.Seed,
            Mode = request.Mode,
            Flags = request.Flags | (request.Output == RunOutput.Inherit || request.Terminal is not null ? RunFlags.Tee : 0)
                | (request.EndDeadlock ? RunFlags.EndDeadlock : 0),
            Policy = request.Policy == Policy.Uniprocessor ? null : request.Policy.ToString(),
            SourceRun = request.Source?.Path,
            StackLimit = basis.StackLimit,
            Sandbox = basis.Sandbox,
            Input = request.Terminal is null ? InputName(request.Input) : "terminal",
            TimeoutSeconds = request.Timeout?.TotalSeconds,
            Started = DateTimeOffset.UtcNow,
        });
        try
        {
            await FillAsync(run, request, basis, cancellationToken).ConfigureAwait(false);
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

    private static async Task FillAsync(
        RunDirectory run, RunRequest request, RunBasis basis, CancellationToken cancellationToken)
    {
        RunInfo info = run.Info;
        if (info.Mode != RunMode.Plain)
        {
            ControlPage.Create(run.ControlPath, info.Mode, info.Flags, info.Seed,
                info.Mode == RunMode.Replay ? request.Source!.Path : "", request.Policy);
            request.Schedule?.Write(run.At("schedule.bin"));
        }

        if (info.Mode == RunMode.Record)
        {
            FirstSegment.Make(run.At("events"));
        }

        if (basis.EnvironmentFile is null)
        {
            basis.WriteEnvironment(run.At("environment"));
        }

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
}
