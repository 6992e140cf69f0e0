// The pages about staff, which are one chunk.
export { ApprovalsPage } from './approvals-page.tsx';
export { MemberPage } from './member-page.tsx';
export { StaffPage } from './staff-page.tsx';
