using System.Text;

namespace SelfHeal.Log;

/// <summary>Reads the module map out of an event log.</summary>
internal static class ModuleEvents
{
    public static IEnumerable<ModuleInfo> Read(EventLog log)
    {
        foreach (LoggedEvent logged in log.Read())
        {
            if (logged.Code == (int)EventCode.Module)
            {
                yield return Decode(logged, log);
            }
        }
    }

    /// <summary>Only those that the loader mapped before the program's first own event.</summary>
    public static IEnumerable<ModuleInfo> ReadFirst(EventLog log)
    {
        foreach (LoggedEvent logged in log.Read())
        {
            if (logged.Code == (int)EventCode.Module)
            {
                yield return Decode(logged, log);
            }
            else if (logged.Code != (int)EventCode.Start)
            {
                yield break;
            }
        }
    }

    private static ModuleInfo Decode(LoggedEvent logged, EventLog log)
    {
        ReadOnlySpan<byte> data = logged.Blob.Span;
        if (data.Length >= AbiLayout.ModuleSize)
        {
            uint buildId = Little.U32(data, AbiLayout.ModuleBuildIdSize);
            uint path = Little.U32(data, AbiLayout.ModulePathSize);
            if (AbiLayout.ModuleSize + (ulong)buildId + path <= (ulong)data.Length)
            {
                string name = Encoding.UTF8.GetString(data.Slice(AbiLayout.ModuleSize + (int)buildId, (int)path));
                return new ModuleInfo(
                    name.StartsWith("//", StringComparison.Ordinal) ? "/" + name.TrimStart('/') : name, // padded LD_PRELOAD
                    Convert.ToHexStringLower(data.Slice(AbiLayout.ModuleSize, (int)buildId)),
                    Little.U64(data, AbiLayout.ModuleBase), Little.U64(data, AbiLayout.ModuleStart),
                    Little.U64(data, AbiLayout.ModuleEnd));
            }
        }

        throw new DamagedLogException(
            EventLog.SegmentPath(log.Directory, logged.Segment), logged.Offset, "a module record is too short");
    }
}
