/** The part of d3-hierarchy that the tree uses; it ships no types. */
declare module 'd3-hierarchy' {
  export interface HierarchyNode<T> {
    readonly data: T;
    readonly depth: number;
    readonly parent: HierarchyNode<T> | null;
    readonly children?: HierarchyNode<T>[];
    x: number;
    y: number;
    descendants(): HierarchyNode<T>[];
    leaves(): HierarchyNode<T>[];
  }
  export interface TreeLayout<T> {
    (root: HierarchyNode<T>): HierarchyNode<T>;
    nodeSize(size: [number, number]): TreeLayout<T>;
    separation(of: (a: HierarchyNode<T>, b: HierarchyNode<T>) => number): TreeLayout<T>;
  }
  export function hierarchy<T>(data: T, children: (data: T) => readonly T[]): HierarchyNode<T>;
  export function tree<T>(): TreeLayout<T>;
}
