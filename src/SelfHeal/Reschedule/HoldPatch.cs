using SelfHeal.Log;
using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>Makes patches of entries, with the modules that they name.</summary>
internal static class HoldPatch
{
    public static Patch Of(IReadOnlyList<ModuleInfo> modules, IReadOnlyList<PatchEntry> entries, Patch? before = null) => new(
        [
            .. entries.SelectMany(entry => entry.Frames).Select(frame => frame.Module).Distinct(StringComparer.Ordinal)
                .Select(name => before?.Modules.FirstOrDefault(module => module.Name == name)
                    ?? new PatchModule(name, modules.LastOrDefault(module => module.Name == name)?.BuildId ?? "")),
        ], entries);

    /// <summary>The patch with a hold more, or with a longer one. Null: it is in the patch already, and as long.</summary>
    public static Patch? With(Patch before, HoldEntry hold, IReadOnlyList<ModuleInfo> modules)
    {
        List<PatchEntry> entries = [.. before.Entries];
        int at = entries.FindIndex(entry => entry.Overlaps(hold));
        if (at < 0)
        {
            entries.Add(hold);
        }
        else
        {
            var known = (HoldEntry)entries[at];
            if (known.Places >= hold.Places && known.Frames.Count <= hold.Frames.Count)
            {
                return null;
            }

            // an entry whose key begins with another's would never be reached: the shorter one takes both
            entries[at] = (known.Frames.Count <= hold.Frames.Count ? known : hold) with
            {
                Places = Math.Max(known.Places, hold.Places),
                Comments = hold.Comments,
            };
        }

        return Of(modules, entries, before);
    }

    /// <summary>The patch without the hold of this key.</summary>
    public static Patch Without(Patch patch, HoldEntry hold) =>
        Of([], [.. patch.Entries.Where(entry => entry is not HoldEntry || entry.Key != hold.Key)], patch);
}
