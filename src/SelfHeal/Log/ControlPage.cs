using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text;
using SelfHeal.Schedules;

namespace SelfHeal.Log;

/// <summary>RUN/control mapped into memory: both sides see writes at once.</summary>
public sealed class ControlPage : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private ControlPage(MemoryMappedFile file)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, AbiLayout.ControlPageSize);
    }

    /// <summary>Writes a new page for a run that is about to start.</summary>
    /// <exception cref="SelfHealException">The path of the source run is too long, or the file cannot be written.</exception>
    public static void Create(
        string path, RunMode mode, RunFlags flags, ulong seed, string sourceRun, Policy? policy = null)
    {
        byte[] page = new byte[AbiLayout.ControlPageSize];
        byte[] source = Encoding.UTF8.GetBytes(sourceRun);
        if (source.Length >= 1024)
        {
            throw new SelfHealException($"The path of the run directory {sourceRun} is longer than 1,023 bytes.");
        }

        BinaryPrimitives.WriteUInt64LittleEndian(page, AbiLayout.ControlMagicValue);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(AbiLayout.ControlAbiVersion), AbiLayout.AbiVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(AbiLayout.ControlSize), AbiLayout.ControlPageSize);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(AbiLayout.ControlMode), (uint)mode);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(AbiLayout.ControlFlags), (uint)flags);
        BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(AbiLayout.ControlSeed), seed);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(AbiLayout.ControlExitCode), -1);
        source.CopyTo(page, AbiLayout.ControlSourceRun);
        (policy ?? Policy.Uniprocessor).WriteTo(page);
        try
        {
            File.WriteAllBytes(path, page);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SelfHealException($"{path} cannot be written: {error.Message}", error);
        }
    }

    /// <exception cref="DamagedRunException">Missing, too short, no control page, or another ABI version.</exception>
    public static ControlPage Open(string path)
    {
        _ = ReadFile(path);
        return new ControlPage(MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0));
    }

    public ControlSnapshot Read()
    {
        byte[] page = new byte[AbiLayout.ControlPageSize];
        _ = _view.ReadArray(0, page, 0, page.Length);
        return ControlDecoder.Decode(page);
    }

    /// <summary>Tells the running recorder to read RUN/patch.ep again; returns the new generation.</summary>
    public int BumpPatchGeneration()
    {
        int next = _view.ReadInt32(AbiLayout.ControlPatchGeneration) + 1;
        Thread.MemoryBarrier();
        _view.Write(AbiLayout.ControlPatchGeneration, next);
        return next;
    }

    /// <summary>A replay that is live: input from this event of the log on waits for <see cref="ReleaseInput"/>.</summary>
    public void HoldInput(long index) => _view.Write(AbiLayout.ControlHeldInput, index + 1);

    /// <summary>Input that waits, waits no longer.</summary>
    public void ReleaseInput() => _view.Write(AbiLayout.ControlHeldInput, 0L);

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    internal static ControlSnapshot ReadFile(string path)
    {
        byte[] page;
        try
        {
            page = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DamagedRunException($"The control page {path} cannot be read: {error.Message}", error);
        }

        if (page.Length != AbiLayout.ControlPageSize || Little.U64(page, 0) != AbiLayout.ControlMagicValue)
        {
            throw new DamagedRunException($"{path} is damaged or no control page: record the run again.");
        }

        uint version = Little.U32(page, AbiLayout.ControlAbiVersion);
        return version == AbiLayout.AbiVersion
            ? ControlDecoder.Decode(page)
            : throw new DamagedRunException(
                $"{path} has ABI version {version}, this SelfHeal reads {AbiLayout.AbiVersion}: use the SelfHeal that recorded it.");
    }
}
